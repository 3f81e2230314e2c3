package buildgraph

import (
	"errors"
	"fmt"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/linter"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// stage is a FROM and what stands below it.
type stage struct {
	index    int
	from     *instructions.Stage // as read; empty but for BaseName when BuildKit refuses the FROM
	broken   bool                // BuildKit refuses the FROM
	text     string
	at       span // of FROM
	commands []command
	end      int // last line of the stage
}

// command is one instruction of a stage. ic is nil when BuildKit refuses it.
type command struct {
	ic      instructions.Command
	keyword string
	text    string
	at      span
	onBuild bool
	sources []*state // what COPY --from and each RUN --mount mean
}

// readStages turns the pieces into stages, as instructions.Parse does, and
// reports what BuildKit refuses.
func (b *builder) readStages(doc document) {
	for _, p := range doc.pieces {
		at := span{p.start, p.end}
		if p.node == nil {
			b.addBroken(p.text, nil, at)
			b.refuse(at, p.err.Error())
			continue
		}
		ins, err := parseInstruction(p.node, b.lint)
		if err != nil {
			b.addBroken(strings.TrimSpace(p.node.Original), p.node, at)
			b.refuse(at, fmt.Sprintf("dockerfile parse error on line %d: %v", p.node.StartLine, err))
			continue
		}
		b.add(p.node, ins, at)
	}
}

func (b *builder) add(node *parser.Node, ins any, at span) {
	text := strings.TrimSpace(node.Original)
	switch c := ins.(type) {
	case *instructions.Stage:
		b.open(&stage{from: c, text: text, at: at})
		return
	case *instructions.ArgCommand:
		if len(b.stages) == 0 {
			b.metaArgs = append(b.metaArgs, c)
			return
		}
	}
	ic, ok := ins.(instructions.Command)
	switch {
	case !ok:
		b.refuse(at, fmt.Sprintf("%T is not a command type", ins))
	case len(b.stages) == 0:
		b.refuse(at, "no build stage in current context")
	default:
		b.append(command{ic: ic, keyword: strings.ToUpper(node.Value), text: text, at: at})
	}
}

// addBroken keeps the place of an instruction that BuildKit refuses: a FROM
// still opens a stage, so that what stands below it is not taken for the stage
// above.
func (b *builder) addBroken(text string, node *parser.Node, at span) {
	keyword, rest, _ := strings.Cut(text, " ")
	if strings.EqualFold(keyword, "FROM") {
		base := ""
		if node != nil && node.Next != nil {
			base = node.Next.Value
		} else if words := strings.Fields(rest); len(words) > 0 {
			base = words[0]
		}
		b.open(&stage{from: &instructions.Stage{BaseName: base, OrigCmd: keyword}, broken: true, text: text, at: at})
		return
	}
	if len(b.stages) > 0 {
		b.append(command{keyword: strings.ToUpper(keyword), text: text, at: at})
	}
}

func (b *builder) open(s *stage) {
	s.index, s.end = len(b.stages), s.at.end
	b.stages = append(b.stages, s)
}

func (b *builder) append(c command) {
	s := b.stages[len(b.stages)-1]
	s.commands = append(s.commands, c)
	s.end = max(s.end, c.at.end)
}

// parseInstruction is instructions.ParseInstructionWithLinter, whose panics are
// errors. (With a nil linter it panics on a "# check=" comment right above an
// instruction.)
func parseInstruction(node *parser.Node, lint *linter.Linter) (ins any, err error) {
	defer func() {
		if r := recover(); r != nil {
			ins, err = nil, fmt.Errorf("parser failed: %v", r)
		}
	}()
	ins, err = instructions.ParseInstructionWithLinter(node, lint)
	if err == nil && ins == nil {
		err = errors.New("empty instruction")
	}
	return ins, err
}
