// Package mark looks into the files of a layer while it streams by, and notes what their
// content proves. It judges nothing: package leak does, once all layers are through. What
// it notes depends on the layer's bytes and on the rules alone.
//
// A sink (sink.go) sees every file. What its name, place and first bytes call for is looked
// for in its content: by the rules (byrule.go for texts, program.go for all else), and by
// probes (probe.go) for what rules can't say: keys, credentials and tokens (text.go,
// keystore.go), accounts (passwd.go), repositories (repository.go), what a project is made
// of (material.go), and how a container starts (startable.go).
package mark

// Mark is something that a file's content proved.
type Mark struct {
	Kind   Kind
	Path   string // of the file, absolute
	Detail string // worded as evidence, without the values of secrets
	Name   string // of the tool, package or credential
	Size   int64  // of the file, in bytes
	Line   int    // 1-based, where in the file
	Weak   bool   // a key that a passphrase locks, or what makes no finding by itself
}

// Kind is what a mark proves.
type Kind uint8

// What a file can prove. The numbers stand in notes, which are kept between runs.
const (
	RuleHit     Kind = iota + 1 // Line is the ID of the matcher, Detail its proof
	RuleVersion                 // Line likewise, Name is the version
	GitHead
	HgStore
	SvnStore
	SourceFile
	PrivateKey
	Credential
	Token
	PasswordHash
	_ // was noted once
	ShellScript
	StaticProgram
	TestFile
	ProjectFile    // only building reads it
	RepositoryFile // for whoever builds and ships
	EditorFile
	ObjectFile
	CoverageFile
	NPMScript   // Name is the script's, Detail what it runs
	Account     // Name is that of one that a program could run as
	OpenAccount // Name is that of one without a password
)
