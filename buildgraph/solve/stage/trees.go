package stage

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"

	"github.com/stagedive/stagedive/buildgraph/solve/hold/lister"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/sanitize"
)

// few is how many directories are listed one by one. A container that lists them
// all takes longer to start than these.
const few = 500

// trees are what each of the states changed. Each directory of each state is a
// question to the engine: where there are many, a helper in a container looks at
// all states where they lie. That needs an engine that runs containers, and on its
// own platform; any other is asked. The helper can also tell what the engine can't
// pass on, such as names that are not UTF-8.
func (s *Stage) trees(ctx context.Context, opt Options) (trees []*image.Tree, problems []string, err error) {
	told := opt.Progress
	if told == nil {
		told = func(int) {}
	}
	var budget atomic.Int64
	budget.Store(few)
	trees, problems, err = s.asked(ctx, told, &budget)
	many := errors.Is(err, errMany)
	if !many && (err != nil || len(problems) == 0) {
		return trees, problems, err
	}
	switch better, odd, why := s.listed(ctx, told); {
	case why == nil:
		return better, odd, nil
	case ctx.Err() != nil:
		return nil, nil, context.Cause(ctx)
	case many:
		return s.asked(ctx, told, nil)
	}
	return trees, problems, nil
}

// asked asks the engine for each directory.
func (s *Stage) asked(ctx context.Context, told func(int), budget *atomic.Int64) ([]*image.Tree, []string, error) {
	var trees []*image.Tree
	var before *listing
	for _, state := range s.states {
		now, err := (&reader{ref: state.Ref, told: told, budget: budget}).list(ctx)
		if err != nil {
			return nil, nil, err
		}
		trees = append(trees, layer(before, now))
		before = now
	}
	slices.Sort(before.problems)
	return trees, before.problems, nil
}

// listed has the helper look.
func (s *Stage) listed(ctx context.Context, told func(int)) ([]*image.Tree, []string, error) {
	builders := make([]*image.Builder, len(s.states))
	for i := range builders {
		builders[i] = image.NewBuilder()
	}
	const often = 1000
	var problems []string
	n := 0
	err := s.held.List(ctx, func(e lister.Entry) error {
		if n++; n%often == 0 {
			told(often)
		}
		switch {
		case e.State < 0 || e.State >= len(builders):
			return errNoStage
		case e.Problem != "":
			problems = append(problems, sanitize.Text("/"+e.Path+" can't be listed: "+e.Problem))
			return nil
		}
		builders[e.State].Add(entryIn(e))
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	trees := make([]*image.Tree, len(builders))
	for i, b := range builders {
		trees[i] = b.Tree()
	}
	return trees, slices.Compact(problems), nil
}

// entryIn is what the helper says of a file as the model has it.
func entryIn(e lister.Entry) image.Entry {
	if e.Gone {
		return image.Entry{Path: e.Path, Type: image.Whiteout}
	}
	out := image.Entry{
		Path: e.Path, Type: typeOf(e.Mode), Mode: permissions(e.Mode), UID: e.UID, GID: e.GID,
		ModTime: e.ModTime / 1e9, Size: e.Size, Link: e.Link, Attrs: e.Attrs,
	}
	if e.Hard {
		out.Type = image.Hardlink
	}
	return out
}
