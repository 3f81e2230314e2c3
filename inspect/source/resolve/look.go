package resolve

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/stagedive/stagedive/inspect/source"
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

// look looks for an image by its name, in one place after the other. here is why
// it is no path.
func (opt Options) look(ctx context.Context, ref string, here error) (source.Source, error) {
	none := &NotFoundError{ref: ref, looked: []said{{"path", unprefixed(here)}}}
	for _, p := range opt.places() {
		src, err := p.open(ctx, ref)
		switch {
		case err == nil:
			return src, nil
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case errors.Is(err, source.ErrPlatform): // the image is there
			return nil, err
		}
		none.looked = append(none.looked, said{p.name, err})
	}
	return nil, none
}

func (opt Options) places() []place {
	return []place{{"registry", opt.registry}}
}

// unprefixed takes the words of ErrNotFound off, which head the list.
func unprefixed(err error) error {
	text, _, _ := strings.Cut(strings.TrimPrefix(err.Error(), ErrNotFound.Error()+": "), "; ")
	return errors.New(text)
}
