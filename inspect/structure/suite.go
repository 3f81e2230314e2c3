// Package structure runs container-structure-test's suites: what a YAML or JSON file
// says about the commands, files and settings of an image (schema 2.0.0, and 1.0.0).
//
// A suite that passes there passes here. Files are looked up in the layers' trees and
// settings in the image's configuration, so only commands need an engine: whoever has
// one hands in a Runner. What cannot be done is told of the test that asks for it, and
// that test has not passed: nothing is left out in silence.
//
// docs/structure-tests.md says what is supported, and where it is more than there.
package structure

import "regexp"

// Suite is what one file asks for.
type Suite struct {
	File    string // its name, for messages
	Version string // of the schema: "1.0.0" or "2.0.0"

	Env       []Var // set for every command, with $NAME of the image's
	Commands  []CommandTest
	Contents  []ContentTest
	Existence []ExistenceTest
	Licenses  []LicenseTest
	Metadata  *MetadataTest // nil when nothing is asked
	Options   RunOptions
}

// Len is how many tests the suite has.
func (s *Suite) Len() int {
	n := len(s.Commands) + len(s.Contents) + len(s.Existence) + len(s.Licenses)
	if s.Metadata != nil {
		n++
	}
	return n
}

// Var is a variable, a label or another pair that a suite names.
type Var struct {
	Key   string
	Value string
	Match *regexp.Regexp // what Value means with isRegex; nil without
}

// Pattern is a regular expression (Go's syntax), matched anywhere in the whole text.
type Pattern struct{ *regexp.Regexp }

// CommandTest runs a command and looks at what comes out.
type CommandTest struct {
	Name string
	Line int // in the suite's file, 1-based

	Setup    [][]string // run before, each seeing what the ones before it left; their exit codes do not count
	Teardown [][]string // of no consequence: every test begins with the clean image
	Env      []Var
	Args     []string // the command first
	ExitCode int

	Output, NoOutput []Pattern // of what is written to standard output
	Errors, NoErrors []Pattern // of what is written to standard error
}

// ExistenceTest looks at whether there is a file, and at what its entry says.
type ExistenceTest struct {
	Name string
	Line int

	Path         string
	ShouldExist  bool
	Permissions  string // as fs.FileMode writes them: "-rwxr-xr-x", "drwxr-xr-x"; "" for any
	UID, GID     int    // -1 for any
	ExecutableBy string // owner, group, other, any; "" for anybody or nobody
}

// ContentTest looks into a file.
type ContentTest struct {
	Name string
	Line int

	Path               string
	Expected, Excluded []Pattern
}

// MetadataTest looks at the image's configuration. What is nil or empty is not asked.
type MetadataTest struct {
	Line int

	Env, Unbound     []Var
	Labels           []Var
	Entrypoint, Cmd  *[]string // nil: any; empty: there is none
	Exposed, Closed  []string  // ports
	Volumes, Without []string
	WorkingDir, User string
}

// LicenseTest looks for licenses that may not be shipped.
type LicenseTest struct {
	Line int

	Debian bool     // of every package in /usr/share/doc
	Files  []string // and of these
}

// RunOptions are how commands run other than the image says (containerRunOptions).
type RunOptions struct {
	Line int // 0 when there are none

	User         string
	TTY          bool
	EnvFile      string   // of NAME=value lines; relative to the working directory
	Env          []string // names of variables that are taken over from the environment
	Privileged   bool
	Capabilities []string
	BindMounts   []string
}
