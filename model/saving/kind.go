package saving

// Kind of what could go.
type Kind uint8

// The kinds.
const (
	Cache Kind = iota + 1
	Docs
	Man
	Info
	Licences // told, never suggested
	Locales
	Static
	Debug
	Bytecode
	Tests
	Maps
)

var kindNames = [...]string{
	Cache: "cache", Docs: "documentation", Man: "manual pages", Info: "info pages",
	Licences: "licences", Locales: "locales", Static: "static libraries", Debug: "debug symbols", Bytecode: "Python bytecode",
	Tests: "tests of packages", Maps: "source maps",
}

var kindIDs = [...]string{
	Cache: "cache", Docs: "docs", Man: "man", Info: "info", Licences: "licences", Locales: "locales",
	Static: "static-libraries", Debug: "debug-symbols", Bytecode: "bytecode", Tests: "tests", Maps: "source-maps",
}

// String is the kind in words, as shown to users.
func (k Kind) String() string { return kindNames[k] }

// ID is the kind's word for programs.
func (k Kind) ID() string { return kindIDs[k] }
