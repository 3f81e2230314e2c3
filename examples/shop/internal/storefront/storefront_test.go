package storefront

import (
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"example.com/shop/internal/catalogue"
)

// static is the directory that SHOP_STATIC names, or the one in the source tree.
func static() fs.FS {
	if dir := os.Getenv("SHOP_STATIC"); dir != "" {
		return os.DirFS(dir)
	}
	return os.DirFS("../../web")
}

func get(t *testing.T, path string) *httptest.ResponseRecorder {
	t.Helper()
	recorder := httptest.NewRecorder()
	New(catalogue.Default(), static()).ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, path, nil))
	return recorder
}

func TestAnswers(t *testing.T) {
	for _, test := range []struct {
		path string
		code int
		says string
	}{
		{"/", http.StatusOK, "Diving bell"},
		{"/?depth=1000", http.StatusOK, "Nothing goes that deep"},
		{"/?depth=deep", http.StatusBadRequest, "whole number"},
		{"/products", http.StatusOK, `"id":"fins"`},
		{"/products?depth=250", http.StatusOK, `"id":"slate"`},
		{"/products/lamp", http.StatusOK, `"price":8995`},
		{"/products/submarine", http.StatusNotFound, ""},
		{"/healthz", http.StatusNoContent, ""},
		{"/cart", http.StatusNotFound, ""},
	} {
		t.Run(test.path, func(t *testing.T) {
			got := get(t, test.path)
			if got.Code != test.code || !strings.Contains(got.Body.String(), test.says) {
				t.Errorf("status %d, wanted %d with %q:\n%s", got.Code, test.code, test.says, got.Body)
			}
		})
	}
}

// Every product's picture is among the assets.
func TestPictures(t *testing.T) {
	for _, product := range catalogue.Default().All() {
		if got := get(t, "/static/"+product.Picture); got.Code != http.StatusOK {
			t.Errorf("%s: status %d", product.Picture, got.Code)
		}
	}
}
