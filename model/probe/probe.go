// Package probe says what an image is asked to do, so that its behaviour can be compared
// with that of others: a smaller image is worth something only when it behaves the same.
// It judges what came of it, and sets the outcomes of several images side by side. It
// runs nothing.
package probe

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// DefaultTimeout is how long a probe may take where it does not say.
const DefaultTimeout = 30 * time.Second

// Probe is one thing to ask of an image: what is started in it, and what is asked of
// that. Its text is as the policy has it; what is shown of it is in Outcome.
type Probe struct {
	Name  string // unique among those that run together; sanitised
	Line  int    // of the policy, 1-based; 0 where no policy says it
	Start Start
	Args  []string // of Command, all of them; of Entrypoint, what comes behind it
	Ask   Ask
	Port  int    // of HTTP and TCP; 0 for the only one that the image exposes
	Path  string // of HTTP, with its query; begins with /

	Expect Expect
	// Same are the aspects that have to be as on the first side. Nil means: those that
	// the probe has and Expect says nothing of, without standard error.
	Same   []Aspect
	Ignore []*regexp.Regexp // what does not count in outputs and bodies: times, identifiers

	Timeout time.Duration // until a command's end, or until the answer; 0 for DefaultTimeout
	Env     []string      // NAME=value, over the image's
	Dir     string        // "" for the image's
	User    string        // "" for the image's
	Stdin   string        // what a command reads; nothing more comes after it
	Only    []string      // names of stages that it is asked of; nil for all images
}

// Start is what is started.
type Start string

// What a probe may start.
const (
	Itself     Start = "itself"     // the image as it starts by itself: ENTRYPOINT with CMD
	Entrypoint Start = "entrypoint" // ENTRYPOINT with the probe's arguments for CMD's
	Command    Start = "command"    // the probe's own command, without ENTRYPOINT
)

// Ask is what is asked of what was started.
type Ask string

// What a probe may ask.
const (
	End         Ask = "end"         // to end, with what it wrote
	HTTP        Ask = "http"        // to answer a GET on loopback
	TCP         Ask = "tcp"         // to accept a connection on loopback
	Healthcheck Ask = "healthcheck" // what the image's own HEALTHCHECK asks
)

// ByLine is in front of patterns whose ^ and $ are the beginning and the end of a line, as
// those of policies are (RE2's flag m).
const ByLine = "(?m)"

// Expect is what a probe wants to see. A field that is nil wants nothing.
type Expect struct {
	Exit   *int
	Status *int             // of HTTP; where nil, 200 to 399 is an answer
	Stdout []*regexp.Regexp // each has to match; so below
	Stderr []*regexp.Regexp
	Body   []*regexp.Regexp
}

// Aspect is a part of an outcome that may be the same or not; the word is its key in a
// policy.
type Aspect string

// The aspects.
const (
	Exit   Aspect = "exit"
	Stdout Aspect = "stdout"
	Stderr Aspect = "stderr"
	Status Aspect = "status"
	Body   Aspect = "body"
)

// Aspects are those that an outcome has, by what is asked.
func (a Ask) Aspects() []Aspect {
	switch a {
	case End:
		return []Aspect{Exit, Stdout, Stderr}
	case HTTP:
		return []Aspect{Status, Body}
	case Healthcheck:
		return []Aspect{Exit}
	}
	return nil
}

// Compared are the aspects that have to be as on the first side.
func (p *Probe) Compared() []Aspect {
	if p.Same != nil {
		return p.Same
	}
	said := map[Aspect]bool{
		Exit: p.Expect.Exit != nil, Status: p.Expect.Status != nil,
		Stdout: p.Expect.Stdout != nil, Body: p.Expect.Body != nil, Stderr: true,
	}
	return slices.DeleteFunc(slices.Clone(p.Ask.Aspects()), func(a Aspect) bool { return said[a] })
}

// Limit is how long it may take.
func (p *Probe) Limit() time.Duration {
	if p.Timeout > 0 {
		return p.Timeout
	}
	return DefaultTimeout
}

// Of says whether it is asked of the image of a stage; "" is an image of which nobody
// knows the stage, and which all are asked of.
func (p *Probe) Of(stage string) bool {
	return stage == "" || p.Only == nil || slices.Contains(p.Only, stage)
}

// What is what it does, for people: the command, or what is asked. It is not sanitised,
// and may hold secrets.
func (p *Probe) What() string {
	started := ""
	switch {
	case p.Start == Command:
		started = words(p.Args)
	case p.Start == Entrypoint:
		started = strings.TrimSpace("ENTRYPOINT " + words(p.Args))
	case p.Ask == End:
		started = "ENTRYPOINT with CMD"
	}
	asked := ""
	port := ""
	if p.Port > 0 {
		port = fmt.Sprintf(":%d", p.Port)
	}
	switch p.Ask {
	case HTTP:
		asked = "GET " + port + p.Path
	case TCP:
		asked = strings.TrimSpace("connect " + port)
	case Healthcheck:
		asked = "HEALTHCHECK"
	}
	switch {
	case asked == "":
		return started
	case started == "":
		return asked
	}
	return asked + " of " + started
}

// words are arguments as one would type them.
func words(args []string) string {
	out := make([]string, len(args))
	for i, a := range args {
		if a == "" || strings.ContainsAny(a, " \t\n'\"\\$`|&;<>()*?~") {
			a = "'" + strings.ReplaceAll(a, "'", `'\''`) + "'"
		}
		out[i] = a
	}
	return strings.Join(out, " ")
}

// Merge are the probes for all images with those of one target put over them: one of the
// same name takes the other's place.
func Merge(all, more []Probe) []Probe {
	out := slices.Clone(all)
	for _, p := range more {
		if at := slices.IndexFunc(out, func(o Probe) bool { return o.Name == p.Name }); at >= 0 {
			out[at] = p
		} else {
			out = append(out, p)
		}
	}
	return out
}
