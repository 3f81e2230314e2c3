package content

import (
	"context"
	"slices"
)

// At names a file as a layer wrote it.
type At struct {
	Layer int
	Path  string // as image.Tree.RawPath has it
}

// ReadAll is Read for many files: each layer is opened once for all of them. It calls
// got for every one, in their order, when all have been read; what keeps one from
// being read does not keep the others. The error is that of ctx.
func (r *Reader) ReadAll(ctx context.Context, files []At, limit int64, got func(i int, data []byte, size int64, err error)) error {
	type answer struct {
		want *want
		head *head
		err  error
	}
	answers := make([]answer, len(files))
	asked := map[place]*answer{} // a file may have several names
	var wants []*want
	finder := r.finder()
	for i, f := range files {
		at, err := finder.find(f.Layer, f.Path)
		if err != nil {
			answers[i].err = err
			continue
		}
		if asked[at] == nil {
			h := &head{limit: limit}
			answers[i] = answer{want: &want{place: at, to: h}, head: h}
			asked[at] = &answers[i]
			wants = append(wants, answers[i].want)
		} else {
			answers[i] = *asked[at]
		}
	}
	damage := r.take(ctx, slices.Clone(wants), true)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	for i, a := range answers {
		switch {
		case a.err != nil:
			got(i, nil, 0, a.err)
		case a.want.sparse:
			got(i, nil, a.want.size, errSparse(files[i].Path))
		case !a.want.found && damage != nil:
			got(i, nil, a.want.size, damage)
		case !a.want.found:
			got(i, nil, a.want.size, ErrChanged)
		default:
			got(i, a.head.data, a.want.size, nil)
		}
	}
	return nil
}
