// Package lint judges a Dockerfile and its build context before any build: what its
// stages ship that should stay behind, what makes the cache miss, and what BuildKit's own
// linter says. It contacts nothing and runs nothing.
//
// Only what the text proves is said. What a base image brings, what a script does and what
// a variable holds that only an engine knows is left open: a file that is fine must have
// no findings.
//
// Rules of ours are turned off as BuildKit's are, with "# check=skip=SD-B004" above an
// instruction or at the top of the file, and accepted with a reason by a comment above the
// instruction: "# stagedive: allow=SD-B004 the reason".
package lint
