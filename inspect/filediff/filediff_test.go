package filediff_test

import (
	"context"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stagedive/stagedive/inspect/content"
	"github.com/stagedive/stagedive/inspect/filediff"
	"github.com/stagedive/stagedive/model/compare"
	"github.com/stagedive/stagedive/model/difference"
	"github.com/stagedive/stagedive/model/image"
)

// held are the files of an image, path and content.
type held map[string]string

// Open is content.Opener's.
func (h held) Open(_ context.Context, _ int, path string) (io.Reader, int64, error) {
	data, ok := h[path]
	if !ok {
		return nil, 0, errors.New("it is gone")
	}
	return strings.NewReader(data), int64(len(data)), nil
}

// beside compares two images of such files; what begins with "->" is a link, with "/"
// at the end of its path a directory.
func beside(t *testing.T, a, b held) (*compare.Comparison, filediff.Open) {
	t.Helper()
	var sides []compare.Side
	files := map[*image.Image]held{}
	for i, h := range []held{a, b} {
		tree := image.NewBuilder()
		for path, data := range h {
			e := image.Entry{Path: strings.Trim(path, "/"), Mode: 0o644, Size: int64(len(data)), Sum: sum(data)}
			if to, ok := strings.CutPrefix(data, "->"); ok {
				e = image.Entry{Path: e.Path, Type: image.Symlink, Link: to}
			}
			if strings.HasSuffix(path, "/") {
				e.Type, e.Size, e.Sum = image.Directory, 0, 0
			}
			tree.Add(e)
		}
		im := &image.Image{Layers: []image.Layer{{Tree: tree.Tree(), CreatedBy: "COPY . /"}}}
		files[im] = h
		sides = append(sides, compare.Side{Name: string(rune('a' + i)), Image: im})
	}
	return compare.New(sides...), func(im *image.Image) *content.Reader { return content.From(im, files[im]) }
}

func sum(data string) uint64 {
	out := uint64(1469598103934665603)
	for _, c := range []byte(data) {
		out = (out ^ uint64(c)) * 1099511628211
	}
	return out
}

func diff(t *testing.T, a, b held, path string) *difference.File {
	t.Helper()
	c, open := beside(t, a, b)
	d, err := filediff.Diff(context.Background(), c, 1, path, open)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func rows(d *difference.File) string {
	var out []string
	for _, r := range d.Rows {
		out = append(out, r.Sign.Mark()+r.Text)
	}
	return strings.Join(out, "\n")
}

func TestDiff(t *testing.T) {
	for _, c := range []struct {
		name, path string
		a, b       held
		summary    string
		rows       string
	}{
		{"text", "/x", held{"/x": "one\n"}, held{"/x": "two\n"}, "1 line added, 1 removed", "-one\n+two"},
		{"only one", "/x", held{"/y": ""}, held{"/x": "two\n"}, "only in b", "+two"},
		{"a link", "/x", held{"/x": "->one"}, held{"/x": "->two"}, "it leads to another place", ""},
		{"a directory instead of a file", "/x", held{"/x": "one\n"}, held{"/x/": ""}, "text became directory", "-one"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if d := diff(t, c.a, c.b, c.path); d.Summary != c.summary || rows(d) != c.rows {
				t.Errorf("%s\n%s", d.Summary, rows(d))
			}
		})
	}
}

// Two secrets that differ are told to differ, and neither is shown.
func TestSecretsAreTakenOut(t *testing.T) {
	key := func(seed byte) string {
		raw, err := x509.MarshalPKCS8PrivateKey(ed25519.NewKeyFromSeed([]byte(strings.Repeat(string(seed), ed25519.SeedSize))))
		if err != nil {
			t.Fatal(err)
		}
		return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw}))
	}
	const first, second = "ghp_16C7e42F292c6912E7710c838347Ae178B4a", "ghp_26C7e42F292c6912E7710c838347Ae178B4b"
	for _, c := range []struct{ name, a, b, hidden string }{
		{"tokens", "token " + first + "\n", "token " + second + "\n", "ghp_"},
		{"keys", "k\n" + key('a') + "end\n", "k\n" + key('b') + "end\n", "MC4C"},
		{"bytes", "\x00\x01token " + first + "\n", "\x00\x02token " + second + "\n", "gh"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := diff(t, held{"/x": c.a}, held{"/x": c.b}, "/x")
			if text := rows(d) + d.Summary + d.More; strings.Contains(text, c.hidden) || d.Summary == "the same bytes" {
				t.Errorf("%s\n%s", d.Summary, text)
			}
			if len(d.Rows) == 0 && !strings.Contains(d.More, "secret") {
				t.Errorf("nothing is told: %s, %s", d.Summary, d.More)
			}
		})
	}
}

// What cannot be read is told beside what is known, and what is nowhere is an error.
func TestWhatCannotBeRead(t *testing.T) {
	a, b := held{"/x": "one\n"}, held{"/x": "two\n"}
	c, open := beside(t, a, b)
	delete(b, "/x")
	d, err := filediff.Diff(context.Background(), c, 1, "x", open)
	if err != nil || !strings.Contains(d.Summary, "it is gone") {
		t.Errorf("%v, %v", d, err)
	}
	if _, err = filediff.Diff(context.Background(), c, 1, "/y\x1b[2J", open); !errors.Is(err, filediff.ErrNoFile) || strings.Contains(err.Error(), "\x1b") {
		t.Errorf("%q", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err = filediff.Diff(ctx, c, 1, "/x", open); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}
