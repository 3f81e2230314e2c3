package policyfile

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/stagedive/stagedive/model/probe"
	"github.com/stagedive/stagedive/model/sanitize"
)

// maxTimeout is the longest time that a probe may take.
const maxTimeout = time.Hour

// probes reads a list of probes, or one.
func (r *reader) probes(n *yaml.Node) []probe.Probe {
	var out []probe.Probe
	r.each(n, func(n *yaml.Node) {
		had := len(r.problems)
		p := r.probe(n)
		if len(r.problems) > had {
			return // what it is called may be wrong, too
		}
		at := slices.IndexFunc(out, func(o probe.Probe) bool { return o.Name == p.Name })
		if at >= 0 {
			r.problem(n.Line, "the probe on line %d is called %q, too; give one of them another name:", out[at].Line, p.Name)
		}
		out = append(out, p)
	})
	return out
}

// probe reads one: a command alone, or keys and values.
func (r *reader) probe(n *yaml.Node) probe.Probe {
	x := probing{reader: r, p: probe.Probe{Start: probe.Itself, Ask: probe.End, Line: n.Line}, line: map[string]int{}}
	if n.Kind == yaml.ScalarNode {
		x.start("run", probe.Command)(n)
	} else {
		known := x.fields()
		for i, f := range known {
			known[i].read = func(v *yaml.Node) {
				x.line[f.name] = v.Line
				f.read(v)
			}
		}
		r.fields(n, "a probe", known...)
		if n.Kind == yaml.MappingNode {
			x.fits(n.Line)
		}
	}
	if x.p.Name == "" {
		x.p.Name = sanitize.Text(x.p.What())
	}
	return x.p
}

// probing is a probe that is read.
type probing struct {
	*reader
	p    probe.Probe
	line map[string]int // of the keys that were there
}

func (x *probing) fields() []field {
	p := &x.p
	return []field{
		{"name", func(n *yaml.Node) { p.Name = x.text(n, "name") }},
		{"run", x.start("run", probe.Command)},
		{"args", x.start("args", probe.Entrypoint)},
		{"start", func(n *yaml.Node) { x.only(n, "start") }},
		{"http", x.http},
		{"tcp", x.tcp},
		{"healthcheck", func(n *yaml.Node) {
			x.only(n, "healthcheck")
			p.Ask = probe.Healthcheck
		}},
		{"exit", func(n *yaml.Node) { p.Expect.Exit = x.number(n, "exit", 0, 255) }},
		{"stdout", func(n *yaml.Node) { p.Expect.Stdout = x.patterns(n, "stdout") }},
		{"stderr", func(n *yaml.Node) { p.Expect.Stderr = x.patterns(n, "stderr") }},
		{"status", func(n *yaml.Node) { p.Expect.Status = x.number(n, "status", 100, 599) }},
		{"body", func(n *yaml.Node) { p.Expect.Body = x.patterns(n, "body") }},
		{"same", func(n *yaml.Node) {
			p.Same = []probe.Aspect{} // an empty list asks for nothing
			for _, s := range x.texts(n, "same") {
				p.Same = append(p.Same, probe.Aspect(s))
			}
		}},
		{"ignore", func(n *yaml.Node) { p.Ignore = x.patterns(n, "ignore") }},
		{"timeout", x.timeout},
		{"env", x.env},
		{"workdir", func(n *yaml.Node) { p.Dir = x.raw(n, "workdir") }},
		{"user", func(n *yaml.Node) { p.User = x.raw(n, "user") }},
		{"stdin", func(n *yaml.Node) { p.Stdin = x.raw(n, "stdin") }},
		{"only", func(n *yaml.Node) { p.Only = x.texts(n, "only") }},
	}
}

// raw is a text as it is: it goes into the container, not to a terminal.
func (x *probing) raw(n *yaml.Node, what string) string {
	if n = real(n); n.Kind != yaml.ScalarNode || empty(n) {
		x.problem(n.Line, "%s is %s; write one text", what, kindName(n))
		return ""
	}
	return n.Value
}

// only reads what is there or not.
func (x *probing) only(n *yaml.Node, what string) {
	if !x.yes(n, what) && real(n).Tag == "!!bool" {
		x.problem(n.Line, "%s is false; write true, or take it out", what)
	}
}

// start reads what is started.
func (x *probing) start(what string, how probe.Start) func(*yaml.Node) {
	return func(n *yaml.Node) {
		had := len(x.problems)
		x.p.Start = how
		if n = real(n); n.Kind == yaml.SequenceNode {
			for _, c := range n.Content {
				x.p.Args = append(x.p.Args, x.raw(c, "a word of "+what))
			}
		} else {
			text := x.raw(n, what)
			args, err := parted(text)
			if err != nil {
				x.problem(n.Line, "%s %v", what, err)
				return
			}
			x.p.Args = args
		}
		if len(x.problems) == had && how == probe.Command && (len(x.p.Args) == 0 || x.p.Args[0] == "") {
			x.problem(n.Line, "%s has no command; write one as app --version", what)
		}
	}
}

// http reads where to ask: 8080/healthz, /healthz, 8080, or all of a URL.
func (x *probing) http(n *yaml.Node) {
	x.p.Ask, x.p.Path = probe.HTTP, "/"
	text := x.raw(n, "http")
	rest := text
	if after, ok := strings.CutPrefix(text, "http://"); ok {
		host, path, _ := strings.Cut(after, "/")
		name, port, _ := strings.Cut(host, ":")
		if name != "localhost" && name != "127.0.0.1" {
			x.problem(n.Line, "http is %q; a probe asks on loopback inside of the container: write 8080/healthz", text)
			return
		}
		rest = port + "/" + path
		if port == "" {
			rest = "80" + rest
		}
	}
	port, path, found := strings.Cut(strings.TrimPrefix(rest, ":"), "/")
	if found {
		x.p.Path = "/" + path
	}
	if u, err := url.ParseRequestURI(x.p.Path); err != nil || strings.ContainsAny(x.p.Path, " \t\n") || u.Host != "" {
		x.problem(n.Line, "http is %q, which is no path; write one as 8080/healthz", text)
	}
	if port != "" || text == "" {
		x.p.Port = x.port(n, port, "http is %q; write a port and a path as 8080/healthz, or a path alone where the image exposes one port", text)
	}
}

func (x *probing) tcp(n *yaml.Node) {
	x.p.Ask = probe.TCP
	if n = real(n); n.Tag == "!!bool" && x.yes(n, "tcp") {
		return
	}
	text := x.raw(n, "tcp")
	x.p.Port = x.port(n, text, "tcp is %q; write a port as 5432, or true for the only one that the image exposes", text)
}

func (x *probing) port(n *yaml.Node, text, wrong string, args ...any) int {
	port, err := strconv.ParseUint(text, 10, 16)
	if err != nil || port == 0 {
		x.problem(n.Line, wrong, args...)
	}
	return int(port)
}

func (x *probing) number(n *yaml.Node, what string, least, most int) *int {
	n = real(n)
	v, err := strconv.Atoi(n.Value)
	if n.Kind != yaml.ScalarNode || err != nil || v < least || v > most {
		x.problem(n.Line, "%s is %s; write a number from %d to %d", what, kindName(n), least, most)
		return nil
	}
	return &v
}

// patterns reads regular expressions; ^ and $ are the ends of a line.
func (x *probing) patterns(n *yaml.Node, what string) []*regexp.Regexp {
	var out []*regexp.Regexp
	x.each(n, func(n *yaml.Node) {
		text := x.raw(n, what)
		re, err := regexp.Compile(probe.ByLine + text)
		switch {
		case n.Kind != yaml.ScalarNode || empty(n): // which has been told
		case text == "":
			x.problem(n.Line, "%s is empty, which matches everything; write a pattern or take it out", what)
		case err != nil:
			x.problem(n.Line, "%s is %q, which is no regular expression (RE2): %s", what, text, strings.Replace(strings.TrimPrefix(err.Error(), "error parsing regexp: "), probe.ByLine, "", 1))
		default:
			out = append(out, re)
		}
	})
	return out
}

func (x *probing) timeout(n *yaml.Node) {
	text := x.raw(n, "timeout")
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 || d > maxTimeout {
		x.problem(n.Line, "timeout is %q; write a time as 10s or 2m, up to 1h", text)
		return
	}
	x.p.Timeout = d
}

func (x *probing) env(n *yaml.Node) {
	if n = real(n); n.Kind != yaml.MappingNode {
		x.problem(n.Line, "env is %s; write names and values: {LANG: C}", kindName(n))
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		name := n.Content[i].Value
		if name == "" || strings.ContainsAny(name, "=\x00") {
			x.problem(n.Content[i].Line, "env has %q, which can be no variable's name", name)
		}
		x.p.Env = append(x.p.Env, name+"="+x.raw(n.Content[i+1], "the variable "+name))
	}
}

// fits asks that the keys go together.
func (x *probing) fits(line int) {
	there := func(keys ...string) (out []string) {
		for _, k := range keys {
			if x.line[k] > 0 {
				out = append(out, k)
			}
		}
		return out
	}
	begins, asks := there("run", "args", "start"), there("http", "tcp", "healthcheck")
	switch {
	case len(begins) > 1:
		x.problem(line, "a probe starts one thing, and this has %s; make two of it", strings.Join(begins, " and "))
	case len(asks) > 1:
		x.problem(line, "a probe asks one thing, and this has %s; make two of it", strings.Join(asks, " and "))
	case len(begins)+len(asks) == 0:
		x.problem(line, "this probe asks nothing; write run: and a command, http: and a port with a path, tcp:, healthcheck: or args:")
		return
	}
	fits := map[string]bool{}
	for _, a := range x.p.Ask.Aspects() {
		fits[string(a)] = true
	}
	if x.p.Ask == probe.Healthcheck {
		fits = nil // it is well, or it is not
	}
	why := map[probe.Ask]string{
		probe.End: "of http, and this probe runs a command to its end", probe.HTTP: "of a command that ends, and this probe asks http",
		probe.TCP: "not of tcp, which says nothing but that it is there", probe.Healthcheck: "not of healthcheck, which says by itself what it wants",
	}[x.p.Ask]
	for _, k := range there("exit", "stdout", "stderr", "status", "body") {
		if !fits[k] {
			x.problem(x.line[k], "%s is %s; take it out", k, why)
		}
	}
	for _, a := range x.p.Same {
		switch {
		case !slices.Contains([]probe.Aspect{probe.Exit, probe.Stdout, probe.Stderr, probe.Status, probe.Body}, a):
			x.problem(x.line["same"], "same has %q; use exit, stdout, stderr, status or body", a)
		case !fits[string(a)]:
			x.problem(x.line["same"], "same has %s, which is %s; take it out", a, why)
		}
	}
}
