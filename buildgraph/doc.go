// Package buildgraph turns a Dockerfile into a model.Graph.
//
// BuildKit's own packages read the file (frontend/dockerfile/parser,
// instructions, shell, linter); this package then walks the stages as
// BuildKit 0.33.1's frontend/dockerfile/dockerfile2llb does, but keeps going
// where BuildKit stops: what it would refuse becomes a Problem on its line, in
// its words, and the rest of the graph stands. dockerfile2llb itself is used in
// the tests only, as the oracle: it needs a registry, and it stops at the first
// error.
//
// Images are not looked at, so what only they know is left open rather than
// guessed: an unset variable in a stage on top of an image may be set there.
package buildgraph
