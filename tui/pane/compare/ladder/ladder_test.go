package ladder

import (
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/stagedive/stagedive/internal/goldens"
	"github.com/stagedive/stagedive/model/ladder"
	"github.com/stagedive/stagedive/tui/pane/compare/tab"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

var _ tab.Tab = (*Model)(nil)

func rungs() *ladder.Ladder {
	return &ladder.Ladder{
		Target: 3, Name: "runtime", Headline: "450.0 MB → 165.2 MB, 63 % less; 135.1 MB of it is the base, node:20-alpine",
		Rungs: []ladder.Rung{
			{Kind: ladder.Base, Name: "node:20-alpine", Stage: -1, Known: true, Bytes: 135_100_000, Base: 135_100_000, Share: 0.3},
			{Kind: ladder.Stage, Name: "deps", Stage: 0, From: "node:20-alpine", Known: true, Bytes: 300_000_000, Base: 135_100_000, Share: 0.66},
			{Kind: ladder.Stage, Name: "builder", Stage: 1, From: "deps", Known: true, Bytes: 449_000_000, Base: 135_100_000, Share: 0.99},
			{Kind: ladder.Stage, Name: "assets", Stage: 2, From: "scratch"},
			{Kind: ladder.Single, Name: "one stage", Stage: -1, From: "node:20-alpine", Known: true, Bytes: 450_000_000, Base: 135_100_000, Share: 1, AtLeast: true},
			{Kind: ladder.Final, Name: "runtime", Stage: 3, From: "node:20-alpine", Known: true, Bytes: 165_200_000, Base: 135_100_000, Share: 0.37},
		},
		Derived: &ladder.Derived{
			Builder: "builder", Stage: 1, From: "node:20-alpine", Bytes: 450_000_000, Base: 135_100_000, Misses: []string{"golang:1.26"},
			Parts:  []ladder.Part{{Stage: 1, Name: "builder", Bytes: 449_000_000, What: "the builder with its base"}, {Stage: 3, Name: "runtime", Bytes: 1_000_000, What: "what its steps add"}},
			Stands: "The builder as it is, with the configuration of runtime: everything that was needed to build stays in the image.",
		},
		Separate: &ladder.Separate{
			Files:    []ladder.Dockerfile{{Name: "Dockerfile.build", Tag: "stage/build", Stages: []string{"deps", "builder"}, Lines: []string{"FROM node:20-alpine", "RUN npm ci"}}, {Name: "Dockerfile", Stages: []string{"runtime"}, Lines: []string{"FROM node:20-alpine", "COPY carried/dist dist"}}},
			Script:   []string{"#!/bin/sh", "set -e", "docker build -t stage/build -f Dockerfile.build ."},
			Replaces: []string{"One Dockerfile and one command stand for 2 Dockerfiles and a script of 6 commands that somebody keeps in order."},
		},
	}
}

func line(stage int) int { return 10 + stage }

func TestGolden(t *testing.T) {
	for _, tt := range []struct {
		w, h  int
		ascii bool
	}{{58, 11, false}, {78, 20, false}, {118, 34, false}, {198, 54, false}, {78, 20, true}} {
		m := New(theme.New(theme.Options{ASCII: tt.ascii}))
		m.SetSize(tt.w, tt.h)
		m.Set(rungs(), line)
		view := strings.Split(ansi.Strip(strings.Join(m.View(true), "\n")), "\n")
		for i, l := range view {
			view[i] = strings.TrimRight(l, " ")
		}
		name := fmt.Sprintf("%dx%d", tt.w, tt.h)
		if tt.ascii {
			name += "-ascii"
		}
		goldens.Check(t, "testdata/"+name+".golden", strings.Join(view, "\n")+"\n")
	}
}

// TestEverySize: whatever the size, the view has it, and each row can be reached.
func TestEverySize(t *testing.T) {
	m := New(theme.New(theme.Options{}))
	m.Set(rungs(), line)
	for w := range 150 {
		for h := range 30 {
			m.SetSize(w, h)
			m.Key(tea.KeyPressMsg{Code: 'j', Text: "j"})
			view := m.View(true)
			if len(view) > h {
				t.Fatalf("%d lines at %dx%d", len(view), w, h)
			}
			for _, l := range view {
				if widget.Width(l) > w {
					t.Fatalf("%q is wider than %d", l, w)
				}
			}
		}
	}
}

// TestLine: enter goes to a stage's line, and from what is no stage nowhere.
func TestLine(t *testing.T) {
	m := New(theme.New(theme.Options{}))
	m.SetSize(100, 40)
	m.Set(rungs(), line)
	var got []int
	for range m.Len() {
		_, to, _ := m.Key(tea.KeyPressMsg{Code: tea.KeyEnter})
		if to != nil {
			got = append(got, to.Line)
		}
		m.Key(tea.KeyPressMsg{Code: 'j', Text: "j"})
	}
	if fmt.Sprint(got) != "[10 11 12 13]" {
		t.Errorf("lines %v", got)
	}
}
