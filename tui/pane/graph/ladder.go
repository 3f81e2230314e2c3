package graph

import "github.com/stagedive/stagedive/model/layout"

// shape is how the rows of a stage's face are put.
type shape uint8

const (
	plainShape shape = iota
	rich             // in a box: a third row for what else there is to say
	tall             // in a box: name, state, count and time, each in its row
	narrow           // each box as narrow as its text; a full one as tall as with tall
	two              // without a box: a second row for state and time
)

// roots is how the images and contexts that stages use are shown.
type roots uint8

const (
	drawnRoots  roots = iota // as nodes
	taggedRoots              // those of FROM on the stages' boxes, others as nodes
	foldedRoots              // those of FROM on the stages' boxes, others not at all
)

// candidate is one way to draw the graph.
type candidate struct {
	zoom  Zoom
	dir   layout.Direction
	shape shape
	tight bool // rows are dear: no room after tracks
	roots roots
	slim  int  // 1: ranks no longer than the pane; more: leaving room for lines beside them
	kept  bool // only what the target runs
	bent  bool // lines bend so that the drawing gets no wider than the pane
	gap   int  // of dots: cells between them, where their names go
}

const (
	td = layout.TopDown
	lr = layout.LeftRight
)

// ladder lists the ways to draw from the richest to the barest. Of each zoom
// level, those whose lines run straight come first.
func ladder() []candidate {
	var out []candidate
	for _, level := range [][]candidate{
		{
			{zoom: Full, dir: td, shape: rich},
			{zoom: Full, dir: lr, shape: rich},
			{zoom: Full, dir: td, shape: rich, tight: true},
			{zoom: Full, dir: td, shape: rich, roots: taggedRoots},
			{zoom: Full, dir: lr, shape: rich, roots: taggedRoots},
			{zoom: Full, dir: td, shape: rich, tight: true, roots: taggedRoots},
			{zoom: Full, dir: td},
			{zoom: Full, dir: lr},
			{zoom: Full, dir: td, tight: true},
			{zoom: Full, dir: td, roots: taggedRoots},
			{zoom: Full, dir: lr, roots: taggedRoots},
			{zoom: Full, dir: td, tight: true, roots: taggedRoots},
			{zoom: Full, dir: td, shape: tall},
			{zoom: Full, dir: td, shape: tall, tight: true},
			{zoom: Full, dir: td, shape: narrow},
			{zoom: Full, dir: td, shape: narrow, tight: true},
			{zoom: Full, dir: td, shape: narrow, tight: true, roots: taggedRoots},
			{zoom: Full, dir: td, tight: true, roots: foldedRoots},
			{zoom: Full, dir: lr, tight: true, roots: foldedRoots},
			{zoom: Full, dir: td, shape: narrow, tight: true, roots: foldedRoots},
		},
		{
			{zoom: Brief, dir: td},
			{zoom: Brief, dir: lr},
			{zoom: Brief, dir: td, tight: true},
			{zoom: Brief, dir: td, tight: true, roots: taggedRoots},
			{zoom: Brief, dir: lr, tight: true, roots: taggedRoots},
			{zoom: Brief, dir: td, tight: true, roots: foldedRoots},
			{zoom: Brief, dir: lr, tight: true, roots: foldedRoots},
			{zoom: Brief, dir: td, shape: narrow, tight: true, roots: taggedRoots},
			{zoom: Brief, dir: td, shape: narrow, tight: true, roots: foldedRoots},
		},
		{
			{zoom: Line, dir: td, shape: two, tight: true},
			{zoom: Line, dir: td, shape: two, tight: true, roots: taggedRoots},
			{zoom: Line, dir: td, shape: two, tight: true, roots: foldedRoots},
		},
		{
			{zoom: Line, dir: lr, tight: true},
			{zoom: Line, dir: td, tight: true},
			{zoom: Line, dir: td, tight: true, roots: taggedRoots},
			{zoom: Line, dir: lr, tight: true, roots: foldedRoots},
			{zoom: Line, dir: td, tight: true, roots: foldedRoots},
		},
		// Stages that could stand side by side now stand below each other: better
		// than to cut the drawing.
		{
			{zoom: Full, dir: td, tight: true, slim: 1},
			{zoom: Full, dir: td, tight: true, slim: 2},
			{zoom: Full, dir: td, tight: true, slim: 3},
		},
		{
			{zoom: Brief, dir: td, tight: true, roots: foldedRoots, slim: 1},
			{zoom: Brief, dir: td, tight: true, roots: foldedRoots, slim: 2},
			{zoom: Brief, dir: td, tight: true, roots: foldedRoots, slim: 3},
		},
		{
			{zoom: Line, dir: td, shape: two, tight: true, roots: foldedRoots, slim: 1},
			{zoom: Line, dir: td, shape: two, tight: true, roots: foldedRoots, slim: 2},
		},
		{{zoom: Line, dir: td, tight: true, roots: foldedRoots, slim: 1}, {zoom: Line, dir: td, tight: true, roots: foldedRoots, slim: 2}},
	} {
		out = append(out, level...)
		for _, c := range level {
			c.bent = true
			out = append(out, c)
		}
	}
	return out
}

// dots are the ways to draw nothing but glyphs and lines: taken when asked for.
func dots() []candidate {
	var out []candidate
	for _, gap := range []int{16, 10, 6, 3, 1} {
		out = append(out, candidate{zoom: Dots, dir: td, tight: true, roots: foldedRoots, gap: gap})
	}
	return out
}
