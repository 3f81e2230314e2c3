package resolve

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/stagedive/stagedive/inspect/source"
	"github.com/stagedive/stagedive/model/measure"
)

// place is where images are, behind a name that people know.
type place struct {
	name string
	open opener
}

// said is why an image was not found in a place.
type said struct {
	place string
	why   error
}

// NotFoundError is returned for a name that is in none of the places where it was
// looked for. It is an ErrNotFound.
type NotFoundError struct {
	ref    string
	looked []said
}

// Error implements error: a line for each place.
func (e *NotFoundError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "there is no image %q:", e.ref)
	for _, s := range e.looked {
		fmt.Fprintf(&b, "\n  %s: %v", s.place, s.why)
	}
	return b.String()
}

// Unwrap gives what each place said, beside ErrNotFound.
func (e *NotFoundError) Unwrap() []error {
	out := []error{ErrNotFound}
	for _, s := range e.looked {
		out = append(out, s.why)
	}
	return out
}

// patience is how long an engine on this machine may take to answer: a dead socket
// must not keep anybody waiting. It has longer if it is the only place that is meant.
const (
	patience = 3 * time.Second
	forced   = 30 * time.Second
)

// answer is what a place said.
type answer struct {
	src source.Source
	err error
}

// look looks for an image by its name. The engines are asked side by side, and the
// first in the documented order that has it is taken; a registry is asked only when
// none has. here is why it is no path.
func (opt Options) look(ctx context.Context, ref string, here error) (source.Source, error) {
	none := &NotFoundError{ref: ref, looked: []said{{"path", unprefixed(here)}}}
	engines := opt.engines()
	asking, stop := context.WithCancel(ctx)
	answers := make([]chan answer, len(engines))
	for i, p := range engines {
		answers[i] = make(chan answer, 1)
		go func() { answers[i] <- opt.ask(asking, p, ref, patience) }()
	}
	defer func() {
		stop()
		for _, c := range answers { // nil once it has been heard
			if c != nil {
				go drop(c)
			}
		}
	}()
	for i, p := range engines {
		a := <-answers[i]
		answers[i] = nil
		if src, err, done := none.weigh(ctx, p, a); done {
			return src, err
		}
	}
	remote := place{"registry", opt.registry}
	src, err := remote.open(ctx, ref)
	if src, err, done := none.weigh(ctx, remote, answer{src, err}); done {
		return src, err
	}
	return nil, none
}

// ask asks an engine, for a while.
func (opt Options) ask(ctx context.Context, p place, ref string, patience time.Duration) answer {
	if opt.patience > 0 {
		patience = opt.patience
	}
	limited, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	src, err := p.open(limited, ref)
	if err != nil && ctx.Err() == nil && limited.Err() != nil {
		err = fmt.Errorf("%s does not answer within %s", p.name, measure.Duration(patience))
	}
	return answer{src, err}
}

// bounded makes an opener of an engine that has to answer in time.
func (opt Options) bounded(name string, open opener) opener {
	return func(ctx context.Context, ref string) (source.Source, error) {
		a := opt.ask(ctx, place{name, open}, ref, forced)
		return a.src, a.err
	}
}

// drop closes what an engine gives that nobody waits for any more.
func drop(c chan answer) {
	if a := <-c; a.src != nil {
		a.src.Close()
	}
}

// weigh says whether an answer ends the search; if it does not, it is kept.
func (e *NotFoundError) weigh(ctx context.Context, p place, a answer) (src source.Source, err error, done bool) {
	switch {
	case a.err == nil:
		return a.src, nil, true
	case ctx.Err() != nil:
		return nil, ctx.Err(), true
	case errors.Is(a.err, source.ErrPlatform): // the image is there
		return nil, a.err, true
	}
	e.looked = append(e.looked, said{p.name, a.err})
	return nil, nil, false
}

// engines are the places on this machine, in the order in which they count.
func (opt Options) engines() []place {
	all := []place{{"Docker", opt.docker}, {"Podman", opt.podman}, {"containerd", opt.containerd}}
	if opt.Built == "" {
		return all
	}
	return append([]place{{"stagedive's builds", opt.ownBuilds}}, all...)
}

// ownBuilds is built, for the list of places.
func (opt Options) ownBuilds(ctx context.Context, ref string) (source.Source, error) {
	src, err := opt.built(ctx, ref)
	if errors.Is(err, ErrNotFound) {
		err = notBuilt{err}
	}
	return src, err
}

// notBuilt says the same in a line of a list.
type notBuilt struct{ error }

// Error implements error.
func (notBuilt) Error() string { return "none that is kept is called so" }

// Unwrap gives what it stands for.
func (e notBuilt) Unwrap() error { return e.error }

// unprefixed takes the words of ErrNotFound off, which head the list.
func unprefixed(err error) error {
	text, _, _ := strings.Cut(strings.TrimPrefix(err.Error(), ErrNotFound.Error()+": "), "; ")
	return errors.New(text)
}
