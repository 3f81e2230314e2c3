package logs

import (
	"fmt"
	"strings"

	"github.com/stagedive/stagedive/tui/pane"
)

// SaveRequest asks for a file with a log.
type SaveRequest struct {
	Name    string // as it was typed
	Replace bool   // a file of that name may go
	Text    Text
}

// Save opens a line that asks for the name of a file, with one to begin with.
func (p *Pane) Save(look pane.Look) {
	p.open(look, promptSave)
	p.prompt.input.Insert(p.fileName())
}

// Saving says that the name of a file is being typed.
func (p *Pane) Saving() bool { return p.prompt.kind == promptSave }

// Exists asks again for a name: there is a file of that one. The same name once
// more replaces it.
func (p *Pane) Exists(look pane.Look, name string) {
	if p.Typing() {
		return
	}
	p.open(look, promptSave)
	p.prompt.input.Insert(name)
	p.prompt.exists = name
}

// Wanted is the file that was asked for, once.
func (p *Pane) Wanted() (r SaveRequest, ok bool) {
	if p.save == nil {
		return SaveRequest{}, false
	}
	r, p.save = *p.save, nil
	return r, true
}

// acceptSave asks for the file.
func (p *Pane) acceptSave() {
	name := strings.TrimSpace(p.prompt.input.String())
	if name != "" {
		p.save = &SaveRequest{Name: name, Replace: name == p.prompt.exists, Text: p.All()}
	}
}

// saveInfo is what stands beside the name.
func (p *Pane) saveInfo() string {
	if p.prompt.exists != "" && strings.TrimSpace(p.prompt.input.String()) == p.prompt.exists {
		return "is there: enter replaces it"
	}
	return p.scopeName()
}

// scopeName is the scope in a word or two.
func (p *Pane) scopeName() string {
	step, ok := p.step()
	switch {
	case !ok || p.scope == ScopeBuild:
		return "whole build"
	case p.scope == ScopeStage:
		return "stage " + p.graph.Stages[p.ref.Stage].Label()
	}
	return p.name(step)
}

// fileName is what a file with the scope's output might be called.
func (p *Pane) fileName() string {
	name := "build"
	if step, ok := p.step(); ok && p.scope != ScopeBuild {
		name = p.graph.Stages[p.ref.Stage].Label()
		if p.scope == ScopeStep {
			name += fmt.Sprintf("-%d", step.Line)
		}
	}
	safe := func(r rune) rune {
		if r == '-' || r == '_' || r == '.' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' {
			return r
		}
		return '-'
	}
	return strings.TrimLeft(strings.Map(safe, name), ".-") + ".log"
}
