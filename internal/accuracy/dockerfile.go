package accuracy

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/buildgraph"
	"github.com/stagedive/stagedive/model"
)

// picture is an image in the making.
type picture struct {
	config  config
	history []history
	layers  [][]entry
	in      installed
}

// config and history are those of OCI image-spec, config.md.
type config struct {
	User       string            `json:",omitempty"`
	Env        []string          `json:",omitempty"`
	Entrypoint []string          `json:",omitempty"`
	Cmd        []string          `json:",omitempty"`
	WorkingDir string            `json:",omitempty"`
	Labels     map[string]string `json:",omitempty"`
}

type history struct {
	CreatedBy string `json:"created_by"`
	Comment   string `json:"comment,omitempty"`
	Empty     bool   `json:"empty_layer,omitempty"`
}

// picture makes what the case's Dockerfile makes of its base, and its graph.
func (c *Case) picture(bases []*Case) (*picture, *model.Graph, error) {
	p := &picture{}
	if c.Images != nil {
		return p, nil, p.addBase(c)
	}
	graph := buildgraph.Parse([]byte(c.expand(c.dockerfile)), buildgraph.Options{BuildArgs: c.Args})
	refused := func(p model.Problem) bool { return p.Level == model.LevelError }
	if slices.ContainsFunc(graph.Problems, refused) || len(graph.Stages) == 0 {
		return nil, nil, fmt.Errorf("the Dockerfile: %+v", graph.Problems)
	}
	chain := []model.Stage{graph.Stages[len(graph.Stages)-1]}
	for {
		under := slices.IndexFunc(graph.Stages, func(s model.Stage) bool { return s.Name != "" && s.Name == chain[0].Base })
		if under < 0 {
			break
		}
		chain = slices.Insert(chain, 0, graph.Stages[under])
	}
	if ref := chain[0].Base; ref != "scratch" {
		b, err := base(bases, ref)
		if err != nil {
			return nil, nil, err
		}
		if err := p.addBase(b); err != nil {
			return nil, nil, fmt.Errorf("base %s: %w", b.Name, err)
		}
	}
	used := 0
	for _, stage := range chain {
		var args []string
		for _, step := range stage.Steps[1:] {
			n, err := p.step(c, step, &args)
			if err != nil {
				return nil, nil, fmt.Errorf("line %d: %w", step.Line, err)
			}
			used += n
		}
	}
	if used != len(c.layers) {
		return nil, nil, fmt.Errorf("%d of %d layers are made by an instruction", used, len(c.layers))
	}
	return p, graph, nil
}

// addBase begins with a base image. Others begin with it at the same time, so what is
// made up for it is noted in a copy.
func (p *picture) addBase(shared *Case) error {
	own := *shared
	own.secrets = nil
	b := &own
	for _, l := range b.layers {
		entries, err := l.entries(b, &p.in)
		if err != nil {
			return err
		}
		p.layers = append(p.layers, entries)
		p.history = append(p.history, history{CreatedBy: l.instruction, Comment: "debuerreotype 0.15"})
	}
	p.config.Env = append(p.config.Env, b.Env...)
	p.config.Cmd = b.Cmd
	p.config.User = b.User
	if len(b.Cmd) > 0 {
		p.history = append(p.history, history{CreatedBy: "CMD " + asJSON(b.Cmd), Comment: "buildkit.dockerfile.v0", Empty: true})
	}
	return nil
}

// step adds what BuildKit makes of an instruction, and returns how many layers of the
// case it is.
func (p *picture) step(c *Case, s model.Step, args *[]string) (used int, err error) {
	_, rest, _ := strings.Cut(s.Text, " ")
	h := history{CreatedBy: s.Text, Comment: "buildkit.dockerfile.v0", Empty: true}
	switch s.Command {
	case "ENV":
		for _, pair := range pairs(rest) {
			name, _, _ := strings.Cut(pair, "=")
			p.config.Env = slices.DeleteFunc(p.config.Env, func(e string) bool { return strings.HasPrefix(e, name+"=") })
			p.config.Env = append(p.config.Env, pair)
		}
	case "ARG":
		name, value, _ := strings.Cut(rest, "=")
		if given, ok := c.Args[name]; ok {
			value = given
		}
		*args = append(*args, c.expand(name+"="+value))
		h.CreatedBy = "ARG " + (*args)[len(*args)-1]
	case "LABEL":
		if p.config.Labels == nil {
			p.config.Labels = map[string]string{}
		}
		for _, pair := range pairs(rest) {
			name, value, _ := strings.Cut(pair, "=")
			p.config.Labels[name] = value
		}
	case "USER":
		p.config.User = rest
	case "CMD":
		p.config.Cmd = words(rest)
		h.CreatedBy = "CMD " + asJSON(p.config.Cmd)
	case "ENTRYPOINT":
		p.config.Entrypoint, p.config.Cmd = words(rest), nil
		h.CreatedBy = "ENTRYPOINT " + asJSON(p.config.Entrypoint)
	case "WORKDIR":
		p.config.WorkingDir = rest
		h.Empty = false
		p.layers = append(p.layers, []entry{{path: rest + "/", mode: 0o755}})
	case "RUN", "COPY", "ADD":
		h.Empty = false
		h.CreatedBy = made(s, rest, *args)
		entries := []entry(nil)
		at := slices.IndexFunc(c.layers, func(l layerText) bool { return strings.HasPrefix(s.Text, l.instruction) })
		if at >= 0 {
			if entries, err = c.layers[at].entries(c, &p.in); err != nil {
				return 0, err
			}
			used = 1
		}
		p.layers = append(p.layers, entries)
	}
	p.history = append(p.history, h)
	return used, nil
}

// made words a history entry as BuildKit does: flags left out, arguments before a RUN.
func made(s model.Step, rest string, args []string) string {
	for strings.HasPrefix(rest, "--") {
		_, rest, _ = strings.Cut(rest, " ")
		rest = strings.TrimLeft(rest, " ")
	}
	if s.Command != "RUN" {
		return s.Command + " " + rest + " # buildkit"
	}
	if len(args) > 0 {
		return fmt.Sprintf("RUN |%d %s /bin/sh -c %s # buildkit", len(args), strings.Join(args, " "), rest)
	}
	return "RUN /bin/sh -c " + rest + " # buildkit"
}

// words reads the arguments of CMD and ENTRYPOINT.
func words(s string) []string {
	var list []string
	if json.Unmarshal([]byte(s), &list) == nil {
		return list
	}
	return []string{"/bin/sh", "-c", s}
}

// pairs reads NAME=value NAME="a value" and the old form NAME value.
func pairs(s string) []string {
	name, value, ok := strings.Cut(s, " ")
	if ok && !strings.Contains(name, "=") {
		return []string{name + "=" + strings.TrimSpace(value)}
	}
	var list []string
	var b strings.Builder
	quote := rune(0)
	for _, r := range s + " " {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote == 0 && (r == '"' || r == '\''):
			quote = r
		case quote == 0 && r == ' ':
			if b.Len() > 0 {
				list = append(list, b.String())
			}
			b.Reset()
		default:
			b.WriteRune(r)
		}
	}
	return list
}

func asJSON(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err) // strings can be marshalled
	}
	return string(data)
}
