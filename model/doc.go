// Package model says what a multi-stage build is: stages, their steps, and the
// edges between them; what a target needs and what it skips.
//
// The model wing (this package and those below it) is pure Go over the standard
// library: no I/O, no clock, no BuildKit, Docker or Bubble Tea type. Everything
// else in stagedive talks in these terms. All text in it has been sanitised
// (see model/sanitize), so whoever draws it may write it to a terminal.
package model
