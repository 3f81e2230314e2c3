package archive

import (
	"context"
	"encoding/json"

	"github.com/stagedive/stagedive/inspect/source"
)

var _ source.Recaller = (*stream)(nil)

// known is one file of an archive, as Documents tells of it.
type known struct {
	Name string
	Size int64  `json:",omitempty"`
	Link string `json:",omitempty"`
	Data []byte `json:",omitempty"` // of a document
}

// Whole implements source.Recaller.
func (s *stream) Whole() string { return s.identity() }

// Documents implements source.Recaller.
func (s *stream) Documents() []byte {
	if s.ix == nil || s.ix.broken != nil || s.whole == "" || s.whole != s.identity() {
		return nil
	}
	var all []known
	for name, f := range s.ix.files {
		all = append(all, known{name, f.size, f.link, f.data})
	}
	raw, err := json.Marshal(all)
	if err != nil {
		return nil
	}
	return raw
}

// Recall implements source.Recaller.
func (s *stream) Recall(ctx context.Context, documents []byte) error {
	var all []known
	if err := json.Unmarshal(documents, &all); err != nil {
		return err
	}
	s.ix, s.whole = &index{files: make(map[string]file, len(all))}, s.identity()
	for _, k := range all {
		s.ix.files[k.Name] = file{size: k.Size, link: k.Link, data: k.Data}
	}
	return s.readImage(ctx, s.pick)
}
