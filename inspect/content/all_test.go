package content_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/stagedive/stagedive/inspect/content"
)

// Many files are read in one go, from layers of every form, each as Read reads it: links
// and twins too. What can't be read does not keep the others.
func TestReadAll(t *testing.T) {
	for _, how := range []string{"plain", "gzip", "whole"} {
		t.Run(how, func(t *testing.T) {
			_, r := made(t, how,
				layer(t, dir("app"), text("app/a", "one"), text("app/b", "second"), hard("app/hard", "app/a")),
				layer(t, text("app/c", "three"), text("app/a", "new")))
			files := []content.At{
				{Layer: 0, Path: "/app/a"},
				{Layer: 1, Path: "/app/a"},
				{Layer: 0, Path: "/nothing"},
				{Layer: 0, Path: "/app/hard"},
				{Layer: 1, Path: "/app/c"},
				{Layer: 0, Path: "/app"},
				{Layer: 0, Path: "/app/b"},
				{Layer: 0, Path: "/app/b"},
			}
			var got []string
			err := r.ReadAll(t.Context(), files, 5, func(i int, data []byte, size int64, err error) {
				if i != len(got) {
					t.Errorf("file %d comes as number %d", i, len(got))
				}
				switch {
				case errors.Is(err, content.ErrNoFile):
					got = append(got, "none")
				case err != nil:
					got = append(got, "error")
				case size > int64(len(data)):
					got = append(got, string(data)+"…")
				default:
					got = append(got, string(data))
				}
			})
			if want := "one new none one three error secon… secon…"; err != nil || strings.Join(got, " ") != want {
				t.Errorf("got %q, %v, want %q", strings.Join(got, " "), err, want)
			}
		})
	}
}

func TestReadAllGivenUp(t *testing.T) {
	_, r := made(t, "plain", layer(t, text("a", "one")))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := r.ReadAll(ctx, []content.At{{Path: "/a"}}, 5, func(int, []byte, int64, error) { t.Error("it was read") })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
