// Package catalogue holds what the shop sells.
package catalogue

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

//go:embed products.json
var products []byte

// Product is one thing on the shelf.
type Product struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Picture string `json:"picture"`
	Price   Money  `json:"price"`
	Depth   int    `json:"depth"` // metres it is good for
}

// Money is an amount in cents.
type Money int64

// String writes the amount as it stands on a price tag.
func (m Money) String() string {
	sign := ""
	if m < 0 {
		sign, m = "-", -m
	}
	return fmt.Sprintf("%s%d.%02d", sign, m/100, m%100)
}

// Catalogue is a list of products that can be asked.
type Catalogue struct {
	products []Product
}

// New makes a catalogue, by name. IDs must be there and differ.
func New(products []Product) (Catalogue, error) {
	seen := map[string]bool{}
	for _, product := range products {
		switch {
		case product.ID == "":
			return Catalogue{}, fmt.Errorf("product %q has no ID", product.Name)
		case seen[product.ID]:
			return Catalogue{}, fmt.Errorf("two products have the ID %q", product.ID)
		case product.Price < 0:
			return Catalogue{}, fmt.Errorf("product %q costs %s", product.ID, product.Price)
		}
		seen[product.ID] = true
	}
	sorted := slices.Clone(products)
	slices.SortFunc(sorted, func(a, b Product) int { return strings.Compare(a.Name, b.Name) })
	return Catalogue{products: sorted}, nil
}

// Default is the catalogue that is compiled in.
func Default() Catalogue {
	var list []Product
	if err := json.Unmarshal(products, &list); err != nil {
		panic(fmt.Sprintf("products.json: %v", err))
	}
	catalogue, err := New(list)
	if err != nil {
		panic(fmt.Sprintf("products.json: %v", err))
	}
	return catalogue
}

// All gives every product, by name.
func (c Catalogue) All() []Product { return slices.Clone(c.products) }

// ForDepth gives the products that stand a depth in metres.
func (c Catalogue) ForDepth(metres int) []Product {
	return slices.DeleteFunc(c.All(), func(p Product) bool { return p.Depth < metres })
}

// Find gives the product with that ID.
func (c Catalogue) Find(id string) (Product, bool) {
	at := slices.IndexFunc(c.products, func(p Product) bool { return p.ID == id })
	if at < 0 {
		return Product{}, false
	}
	return c.products[at], true
}
