// Package storefront answers the shop's requests.
package storefront

import (
	_ "embed"
	"encoding/json"
	"html/template"
	"io/fs"
	"log/slog"
	"net/http"
	"strconv"

	"example.com/shop/internal/catalogue"
)

//go:embed page.html
var page string

// New makes the handler. static holds the style sheet and the pictures.
func New(products catalogue.Catalogue, static fs.FS) http.Handler {
	shop := storefront{products: products, page: template.Must(template.New("page").Parse(page))}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", shop.front)
	mux.HandleFunc("GET /products", shop.list)
	mux.HandleFunc("GET /products/{id}", shop.one)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	mux.Handle("GET /static/", http.StripPrefix("/static/", http.FileServerFS(static)))
	return mux
}

type storefront struct {
	products catalogue.Catalogue
	page     *template.Template
}

// chosen gives the products of a request, by its depth if it names one.
func (s storefront) chosen(r *http.Request) ([]catalogue.Product, error) {
	text := r.URL.Query().Get("depth")
	if text == "" {
		return s.products.All(), nil
	}
	metres, err := strconv.Atoi(text)
	if err != nil {
		return nil, err
	}
	return s.products.ForDepth(metres), nil
}

func (s storefront) front(w http.ResponseWriter, r *http.Request) {
	products, err := s.chosen(r)
	if err != nil {
		http.Error(w, "depth must be a whole number of metres", http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if err := s.page.Execute(w, products); err != nil {
		slog.Error("writing the page", "error", err)
	}
}

func (s storefront) list(w http.ResponseWriter, r *http.Request) {
	products, err := s.chosen(r)
	if err != nil {
		http.Error(w, "depth must be a whole number of metres", http.StatusBadRequest)
		return
	}
	answer(w, products)
}

func (s storefront) one(w http.ResponseWriter, r *http.Request) {
	product, ok := s.products.Find(r.PathValue("id"))
	if !ok {
		http.NotFound(w, r)
		return
	}
	answer(w, product)
}

func answer(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(value); err != nil {
		slog.Error("writing an answer", "error", err)
	}
}
