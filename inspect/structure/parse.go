package structure

import (
	"errors"
	"fmt"
	"path"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/stagedive/stagedive/model/sanitize"
)

// MaxSuite bounds a suite's file in bytes.
const MaxSuite = 4 << 20

// Parse reads a suite out of a file: JSON where the name ends so, else YAML. An error
// is one sentence that begins with the file and the line, and says what to write.
func Parse(name string, data []byte) (*Suite, error) {
	s := &Suite{File: sanitize.Text(name)}
	if len(data) > MaxSuite {
		return nil, fmt.Errorf("%s: it is larger than any suite; give a file of tests", s.File)
	}
	r := &reader{file: s.File}
	root, err := document(s.File, data, strings.EqualFold(path.Ext(name), ".json"))
	if err == nil {
		r.lenient = strings.EqualFold(path.Ext(name), ".json")
		s.read(r, root)
		err = r.err
	}
	if err != nil {
		return nil, errors.New(sanitize.Text(err.Error()))
	}
	return s, nil
}

// document is the root of what a file holds.
func document(name string, data []byte, isJSON bool) (*yaml.Node, error) {
	if isJSON {
		n, err := parseJSON(data)
		if err != nil {
			return nil, fmt.Errorf("%s:%w", name, err)
		}
		return n, nil
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		return nil, fmt.Errorf("%s%s", name, yamlError(err))
	}
	if len(doc.Content) == 0 {
		return nil, fmt.Errorf("%s: it is empty; write schemaVersion: 2.0.0 and tests below it", name)
	}
	return doc.Content[0], nil
}

// yamlError is what is wrong with a text that is no YAML, from the line on.
func yamlError(err error) string {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	if m := regexp.MustCompile(`^line (\d+): (.*)`).FindStringSubmatch(text); m != nil {
		return ":" + m[1] + ": " + m[2]
	}
	return ": " + text
}

// read fills the suite in.
func (s *Suite) read(r *reader, root *yaml.Node) {
	if root.Kind != yaml.MappingNode {
		r.fail(root, "it is no suite; write schemaVersion: 2.0.0 and tests below it")
		return
	}
	if s.Version = version(root); s.Version == "" {
		r.fail(root, "it has no schemaVersion; write schemaVersion: 2.0.0 as its first line")
		return
	}
	fields := map[string]func(*yaml.Node){
		"schemaVersion": func(*yaml.Node) {},
		"globalEnvVars": func(n *yaml.Node) { s.Env = r.vars(n, "globalEnvVars", false) },
		"commandTests": func(n *yaml.Node) {
			r.each(n, "commandTests", func(n *yaml.Node) { s.Commands = append(s.Commands, r.command(n, s.Version)) })
		},
		"fileContentTests": func(n *yaml.Node) {
			r.each(n, "fileContentTests", func(n *yaml.Node) { s.Contents = append(s.Contents, r.content(n)) })
		},
		"fileExistenceTests": func(n *yaml.Node) {
			r.each(n, "fileExistenceTests", func(n *yaml.Node) { s.Existence = append(s.Existence, r.existence(n)) })
		},
		"licenseTests": func(n *yaml.Node) {
			r.each(n, "licenseTests", func(n *yaml.Node) { s.Licenses = append(s.Licenses, r.license(n)) })
		},
		"metadataTest":        func(n *yaml.Node) { s.Metadata = r.metadata(n) },
		"containerRunOptions": func(n *yaml.Node) { s.Options = r.options(n) },
	}
	switch s.Version {
	case "2.0.0":
	case "1.0.0":
		for _, name := range []string{"metadataTest", "containerRunOptions"} {
			fields[name] = func(n *yaml.Node) { r.fail(n, "%s came with schemaVersion 2.0.0; write that in the first line", name) }
		}
	default:
		r.fail(root, "schemaVersion %q is not known; write 2.0.0", s.Version)
	}
	r.fields(root, "a suite", fields)
	if s.Len() == 0 {
		r.fail(root, "it has no tests; write commandTests, fileExistenceTests, fileContentTests or metadataTest")
	}
}

// version is what stands at schemaVersion.
func version(root *yaml.Node) string {
	for i := 0; i+1 < len(root.Content); i += 2 {
		if strings.EqualFold(root.Content[i].Value, "schemaVersion") {
			return real(root.Content[i+1]).Value
		}
	}
	return ""
}

// named checks that a test has a name and what it is about.
func (r *reader) named(n *yaml.Node, what, name, field, value string) {
	switch {
	case r.err != nil:
	case name == "":
		r.fail(n, "every one of %s needs a name; write name: and what it holds", what)
	case value == "":
		r.fail(n, "the test %q has no %s; write %s:", name, field, field)
	}
}

func (r *reader) command(n *yaml.Node, version string) CommandTest {
	t := CommandTest{Line: n.Line}
	const what = "a command test"
	var args []string
	fields := map[string]func(*yaml.Node){
		"name":     func(n *yaml.Node) { t.Name = r.text(n, "name") },
		"setup":    func(n *yaml.Node) { t.Setup = r.commands(n, "setup") },
		"teardown": func(n *yaml.Node) { t.Teardown = r.commands(n, "teardown") },
		"envVars":  func(n *yaml.Node) { t.Env = r.vars(n, "envVars", true) },
		"exitCode": func(n *yaml.Node) { t.ExitCode = r.number(n, "exitCode") },
		"command": func(n *yaml.Node) {
			if n.Kind == yaml.SequenceNode {
				r.fail(n, "command is the program alone, and its arguments are args: [\"…\"] (one list of both is schema 1.0.0's)")
			}
			t.Args = []string{r.text(n, "command")}
		},
		"args":           func(n *yaml.Node) { args = r.texts(n, "args") },
		"expectedOutput": func(n *yaml.Node) { t.Output = r.patterns(n, "expectedOutput") },
		"excludedOutput": func(n *yaml.Node) { t.NoOutput = r.patterns(n, "excludedOutput") },
		"expectedError":  func(n *yaml.Node) { t.Errors = r.patterns(n, "expectedError") },
		"excludedError":  func(n *yaml.Node) { t.NoErrors = r.patterns(n, "excludedError") },
	}
	if version == "1.0.0" {
		delete(fields, "args")
		fields["command"] = func(n *yaml.Node) { t.Args = r.texts(n, "command") }
	}
	r.fields(n, what, fields)
	program := ""
	if len(t.Args) > 0 {
		program = t.Args[0]
	}
	r.named(n, "commandTests", t.Name, "command", program)
	t.Args = append(t.Args, args...)
	return t
}

// commands reads a list of commands, each a list of its own.
func (r *reader) commands(n *yaml.Node, what string) [][]string {
	var out [][]string
	r.each(n, what, func(n *yaml.Node) {
		if n.Kind != yaml.SequenceNode || len(n.Content) == 0 {
			r.fail(n, "every command of %s must be a list of its own; write %s: [[\"program\", \"argument\"]]", what, what)
			return
		}
		out = append(out, r.texts(n, what))
	})
	return out
}

func (r *reader) vars(n *yaml.Node, what string, full bool) []Var {
	var out []Var
	r.each(n, what, func(n *yaml.Node) {
		v := r.pair(n, what)
		if full && v.Value == "" {
			r.fail(n, "%s has no value for %s; write value:", what, v.Key)
		}
		out = append(out, v)
	})
	return out
}

// pair reads a key and a value.
func (r *reader) pair(n *yaml.Node, what string) Var {
	v, match := Var{}, false
	var at *yaml.Node
	r.fields(n, "an item of "+what, map[string]func(*yaml.Node){
		"key":     func(n *yaml.Node) { v.Key = r.text(n, "key") },
		"value":   func(n *yaml.Node) { at, v.Value = n, r.text(n, "value") },
		"isRegex": func(n *yaml.Node) { match = r.flag(n, "isRegex") },
	})
	if v.Key == "" {
		r.fail(n, "an item of %s has no key; write - key: NAME and value: below it", what)
	}
	if match && at != nil {
		v.Match = r.regexp(at, v.Value)
	} else if match {
		v.Match = r.regexp(n, "")
	}
	return v
}

func (r *reader) existence(n *yaml.Node) ExistenceTest {
	// JSON has no default there: what is not said is false.
	t := ExistenceTest{Line: n.Line, ShouldExist: !r.lenient, UID: -1, GID: -1}
	r.fields(n, "a file existence test", map[string]func(*yaml.Node){
		"name":        func(n *yaml.Node) { t.Name = r.text(n, "name") },
		"path":        func(n *yaml.Node) { t.Path = r.text(n, "path") },
		"shouldExist": func(n *yaml.Node) { t.ShouldExist = r.flag(n, "shouldExist") },
		"permissions": func(n *yaml.Node) { t.Permissions = r.text(n, "permissions") },
		"uid":         func(n *yaml.Node) { t.UID = r.number(n, "uid") },
		"gid":         func(n *yaml.Node) { t.GID = r.number(n, "gid") },
		"isExecutableBy": func(n *yaml.Node) {
			switch t.ExecutableBy = r.text(n, "isExecutableBy"); t.ExecutableBy {
			case "", "owner", "group", "other", "any":
			default:
				r.fail(n, "isExecutableBy %q is not known; write owner, group, other or any", t.ExecutableBy)
			}
		},
	})
	r.named(n, "fileExistenceTests", t.Name, "path", t.Path)
	return t
}

func (r *reader) content(n *yaml.Node) ContentTest {
	t := ContentTest{Line: n.Line}
	r.fields(n, "a file content test", map[string]func(*yaml.Node){
		"name":             func(n *yaml.Node) { t.Name = r.text(n, "name") },
		"path":             func(n *yaml.Node) { t.Path = r.text(n, "path") },
		"expectedContents": func(n *yaml.Node) { t.Expected = r.patterns(n, "expectedContents") },
		"excludedContents": func(n *yaml.Node) { t.Excluded = r.patterns(n, "excludedContents") },
	})
	r.named(n, "fileContentTests", t.Name, "path", t.Path)
	return t
}

func (r *reader) license(n *yaml.Node) LicenseTest {
	t := LicenseTest{Line: n.Line}
	r.fields(n, "a license test", map[string]func(*yaml.Node){
		"debian": func(n *yaml.Node) { t.Debian = r.flag(n, "debian") },
		"files":  func(n *yaml.Node) { t.Files = r.texts(n, "files") },
	})
	return t
}

// metadata reads the metadata test; nil when it asks for nothing.
func (r *reader) metadata(n *yaml.Node) *MetadataTest {
	t, asked := &MetadataTest{Line: n.Line}, false
	field := func(read func(*yaml.Node)) func(*yaml.Node) {
		return func(n *yaml.Node) { asked = true; read(n) }
	}
	list := func(to *[]string, what string) func(*yaml.Node) {
		return field(func(n *yaml.Node) { *to = r.full(n, what) })
	}
	pairs := func(to *[]Var, what string) func(*yaml.Node) {
		return field(func(n *yaml.Node) { *to = append(*to, r.vars(n, what, false)...) })
	}
	words := func(to **[]string, what string) func(*yaml.Node) {
		return field(func(n *yaml.Node) { all := r.texts(n, what); *to = &all })
	}
	r.fields(n, "metadataTest", map[string]func(*yaml.Node){
		"envVars": pairs(&t.Env, "envVars"), "env": pairs(&t.Env, "env"), // the second is what older suites have
		"unboundEnvVars": pairs(&t.Unbound, "unboundEnvVars"), "labels": pairs(&t.Labels, "labels"),
		"entrypoint": words(&t.Entrypoint, "entrypoint"), "cmd": words(&t.Cmd, "cmd"),
		"exposedPorts": list(&t.Exposed, "exposedPorts"), "unexposedPorts": list(&t.Closed, "unexposedPorts"),
		"volumes": list(&t.Volumes, "volumes"), "unmountedVolumes": list(&t.Without, "unmountedVolumes"),
		"workdir": field(func(n *yaml.Node) { t.WorkingDir = r.text(n, "workdir") }),
		"user":    field(func(n *yaml.Node) { t.User = r.text(n, "user") }),
	})
	if !asked {
		return nil
	}
	return t
}

// full reads a list that has no empty items.
func (r *reader) full(n *yaml.Node, what string) []string {
	all := r.texts(n, what)
	for i, text := range all {
		if text == "" {
			r.fail(n, "item %s of %s is empty; write it, or leave it out", strconv.Itoa(i+1), what)
		}
	}
	return all
}

func (r *reader) options(n *yaml.Node) RunOptions {
	o := RunOptions{Line: n.Line}
	tty := "allocateTty"
	fields := map[string]func(*yaml.Node){
		"user":         func(n *yaml.Node) { o.User = r.text(n, "user") },
		"privileged":   func(n *yaml.Node) { o.Privileged = r.flag(n, "privileged") },
		tty:            func(n *yaml.Node) { o.TTY = r.flag(n, tty) },
		"envFile":      func(n *yaml.Node) { o.EnvFile = r.text(n, "envFile") },
		"envVars":      func(n *yaml.Node) { o.Env = r.texts(n, "envVars") },
		"capabilities": func(n *yaml.Node) { o.Capabilities = r.texts(n, "capabilities") },
		"bindMounts":   func(n *yaml.Node) { o.BindMounts = r.texts(n, "bindMounts") },
	}
	if r.lenient {
		fields["tty"] = fields[tty] // as the field is called in JSON
	}
	r.fields(n, "containerRunOptions", fields)
	return o
}
