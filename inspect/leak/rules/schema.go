package rules

import (
	"fmt"
	"regexp"

	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/glob"
	"github.com/stagedive/stagedive/model/inventory"
)

// Rule is a finding.Rule and how it is seen.
type Rule struct {
	finding.Rule
	// Large is the size in bytes from which on a finding is one step worse; 0 for none.
	Large int64
	// Match is how it is seen, what convinces most first; empty where Go judges.
	Match []Matcher

	line int
	file string
	own  bool // it came with stagedive
}

// At is where the rule is written: file and line.
func (r Rule) At() string { return fmt.Sprintf("%s:%d", r.file, r.line) }

// Matcher is one way in which a rule is seen. One of File, Dir and Packages is set.
type Matcher struct {
	// What was seen, as evidence calls it: "GCC driver". {name} in it stands for the
	// program's name, or the last part of a Go main package's path.
	What string
	// Title of the finding; "" for the rule's. What has another title is told apart.
	Title string

	// NotBase says that what the base image brings does not count: the base is chosen
	// for it.
	NotBase bool

	File     *File
	Dir      *Dir
	Packages *Packages

	// ID is the matcher's place among those of its set; it holds as long as the set's
	// Identity does.
	ID int
	// Rule is the index of its rule in Set.All.
	Rule int
}

// File is a file that proves something by its name, its place and what is in it. All
// that is given must hold; of a list, one is enough.
type File struct {
	Names  []string       // of executables, without target triplet and version: gcc is x86_64-linux-gnu-gcc-12, too
	Paths  []glob.Pattern // where it lies
	Except []glob.Pattern // where it does not count
	Is     Format         // what its first bytes say that it is; "" for anything
	Begins []string       // its first bytes
	Holds  []string       // strings that are in it
	Main   []string       // paths of a Go program's main package
	Min    int64          // size in bytes

	// AtLeast is how many files there must be in a layer to say something; 0 and 1 for one.
	AtLeast int

	// Whole are directories, seen from that of the file, that the file may make a
	// distribution which is told of as one thing with all below it: "..". The first that
	// is no directory of the system and has one of With (paths relative to it) is it.
	Whole []string
	With  []string
	// Unless are paths, seen from the directory of the file, any of which makes it part of
	// something that is no leak: npm beside the node that it comes with.
	Unless []string
	// Alone says that the file counts without such a directory, too.
	Alone bool
	// Version is where the directory says which version it is; nil when it doesn't.
	Version *Version
}

// Version is a file of a distribution that says its version.
type Version struct {
	In   string         // relative to the distribution
	Like *regexp.Regexp // the first group is the version
}

// Dir is a directory that a tool fills.
type Dir struct {
	Paths  []glob.Pattern
	Except []glob.Pattern
	Has    []glob.Pattern // entries at least one of which is below it, relative to it
	Min    int64          // bytes of all its files
}

// Packages are installed packages, by their names.
type Packages struct {
	Names  []string // with *, ? and [] as in globs; one without them also means NAME-VERSION and NAMEVERSION
	Except []string
	Of     []inventory.Kind // who manages them; empty for anybody
}

// Format is what a file is by its first bytes.
type Format string

// The formats.
const (
	Program  Format = "program"  // ELF, executable
	Library  Format = "library"  // ELF, a shared object by its name
	Script   Format = "script"   // begins with #!
	Text     Format = "text"     // holds no NUL byte
	Jar      Format = "jar"      // a zip archive
	Archive  Format = "archive"  // of objects, for a linker
	Assembly Format = "assembly" // of .NET, or a Windows program
)

// formats are all of them, in the order errors list them.
func formats() []Format {
	return []Format{Program, Library, Script, Text, Jar, Archive, Assembly}
}

// Words are what evidence calls a file of the format.
func (f Format) Words() string {
	switch f {
	case Program:
		return "ELF program"
	case Library:
		return "ELF shared object"
	case Jar:
		return "jar archive"
	case Archive:
		return "archive of objects"
	case Assembly:
		return ".NET assembly"
	}
	return string(f)
}
