package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/measure"
)

// entry is one thing that the configuration says.
type entry struct {
	label string
	value string
	empty bool // the value says that there is none
	odd   bool // something is wrong
}

// section is entries under a title.
type section struct {
	title   string
	entries []entry
}

// sections are all that is known of an image beside its files; those that would be
// empty are left out. instruction makes a history line short.
func sections(im *image.Image, instruction func(string) string) []section {
	all := []section{
		problems(im), start(im), environment(im.Config), labels(im.Config), identity(im), attestations(im), history(im, instruction),
	}
	all = slices.DeleteFunc(all, func(s section) bool { return len(s.entries) == 0 })
	for i := range all {
		if s := &all[i]; len(s.entries) > most {
			more := measure.Count(len(s.entries) - most)
			s.entries = append(s.entries[:most:most], entry{value: "and " + more + " more, which are not shown", empty: true})
		}
	}
	return all
}

// most is how many entries of a section are shown: more are there to do harm.
const most = 5000

// start is what a container of the image begins with.
func start(im *image.Image) section {
	s, c := section{title: "what runs"}, im.Config
	if im.Stage != "" && len(c.Env) == 0 && c.WorkingDir == "" {
		s.entries = []entry{{label: "not known", value: "a configuration is told of whole stages, not of what a step has left", empty: true}}
		return s
	}
	command := func(label string, words []string) {
		if len(words) > 0 {
			s.entries = append(s.entries, entry{label: label, value: quoted(words)})
		}
	}
	command("entrypoint", c.Entrypoint)
	command("cmd", c.Cmd)
	if len(s.entries) == 0 {
		s.entries = append(s.entries, entry{label: "cmd", value: "none: whoever runs the image has to say what", empty: true})
	}
	user, dir := entry{label: "user", value: c.User}, entry{label: "directory", value: c.WorkingDir}
	windows := strings.HasPrefix(im.Platform, "windows")
	if user.empty = c.User == ""; user.empty {
		user.value = "root: none is set"
		if windows {
			user.value = "none is set"
		}
	}
	if dir.empty = c.WorkingDir == ""; dir.empty {
		dir.value = "/"
		if windows {
			dir.value = `C:\`
		}
	}
	s.entries = append(s.entries, user, dir)
	for _, x := range []entry{
		{label: "stop signal", value: c.StopSignal},
		{label: "ports", value: strings.Join(c.ExposedPorts, "  ")},
		{label: "volumes", value: strings.Join(c.Volumes, "  ")},
	} {
		if x.value != "" {
			s.entries = append(s.entries, x)
		}
	}
	switch h := c.Healthcheck; {
	case h.Disabled():
		s.entries = append(s.entries, entry{label: "health", value: "none is checked: the base image's check is turned off"})
	case h.Command() != "":
		command := h.Command()
		if h.Test[0] == "CMD" {
			command = quoted(h.Test[1:])
		}
		s.entries = append(s.entries, entry{label: "health", value: command}, entry{label: "", value: h.Terms(), empty: true})
	}
	return s
}

// quoted writes a command as a shell would take it: what has blanks in quotes.
func quoted(words []string) string {
	out := slices.Clone(words)
	for i, w := range out {
		if w == "" || strings.ContainsAny(w, " \t\n\"'\\$") {
			out[i] = strconv.Quote(w)
		}
	}
	return strings.Join(out, " ")
}

func environment(c image.Config) section {
	s := section{title: "environment"}
	for _, pair := range c.Env {
		name, value, _ := strings.Cut(pair, "=")
		s.entries = append(s.entries, entry{label: name, value: value})
	}
	return s
}

func labels(c image.Config) section {
	s := section{title: "labels"}
	for name, value := range c.Labels {
		s.entries = append(s.entries, entry{label: name, value: value})
	}
	slices.SortFunc(s.entries, func(a, b entry) int { return strings.Compare(a.label, b.label) })
	return s
}

func identity(im *image.Image) section {
	s := section{title: "image"}
	stored := int64(0)
	for _, l := range im.Layers {
		stored += l.BlobSize
	}
	size := measure.Bytes(im.Size()) + " in " + measure.Plural(len(im.Layers), "layer")
	if stored > 0 {
		size += ", " + measure.Bytes(stored) + " as stored"
	}
	created := ""
	if !im.Created.IsZero() {
		created = im.Created.UTC().Format(time.RFC3339)
	}
	for _, x := range []entry{
		{label: "opened as", value: im.Ref},
		{label: "found in", value: im.Place},
		{label: "platform", value: im.Platform},
		{label: "digest", value: im.Digest},
		{label: "created", value: created},
		{label: "built from", value: im.Base.String()},
		{label: "size", value: size},
	} {
		if x.value != "" {
			s.entries = append(s.entries, x)
		}
	}
	return s
}

// attestations are what builders said of the image, which nobody has checked.
func attestations(im *image.Image) section {
	s := section{title: "attestations"}
	for _, a := range im.Attestations {
		s.entries = append(s.entries, entry{label: string(a.Kind), value: a.Summary(), odd: a.Problem != ""})
	}
	return s
}

func problems(im *image.Image) section {
	s := section{title: "what is odd"}
	for _, p := range im.Problems {
		s.entries = append(s.entries, entry{value: p, odd: true})
	}
	for _, l := range im.Layers {
		for _, p := range l.Problems {
			s.entries = append(s.entries, entry{label: fmt.Sprintf("layer %d", l.Index+1), value: p, odd: true})
		}
	}
	return s
}

func history(im *image.Image, instruction func(string) string) section {
	s := section{title: "history"}
	for _, h := range im.History {
		e := entry{label: "no layer", value: instruction(h.CreatedBy)}
		if !h.Empty && h.Layer >= 0 && h.Layer < len(im.Layers) {
			e.label = fmt.Sprintf("layer %d", h.Layer+1)
		}
		if e.value == "" {
			e.value, e.empty = "nothing is said of how it was made", true
		}
		if h.Comment != "" && !strings.HasPrefix(h.Comment, "buildkit.dockerfile") { // which BuildKit writes everywhere
			e.value += "  (" + h.Comment + ")"
		}
		s.entries = append(s.entries, e)
	}
	if len(im.History) == 0 && len(im.Layers) > 0 {
		s.entries = []entry{{value: "The image says nothing of how its layers were made.", empty: true}}
	}
	return s
}
