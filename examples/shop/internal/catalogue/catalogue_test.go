package catalogue

import "testing"

func TestMoney(t *testing.T) {
	for amount, want := range map[Money]string{0: "0.00", 5: "0.05", 1250: "12.50", -3490: "-34.90"} {
		if got := amount.String(); got != want {
			t.Errorf("%d cents: %s, wanted %s", int64(amount), got, want)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	for name, products := range map[string][]Product{
		"no ID":      {{Name: "Rope"}},
		"same ID":    {{ID: "rope"}, {ID: "rope"}},
		"below zero": {{ID: "rope", Price: -1}},
	} {
		if _, err := New(products); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestDefault(t *testing.T) {
	all := Default().All()
	for i, product := range all {
		if i > 0 && all[i-1].Name > product.Name {
			t.Errorf("%s stands before %s", all[i-1].Name, product.Name)
		}
		if found, ok := Default().Find(product.ID); !ok || found != product {
			t.Errorf("%s can't be found", product.ID)
		}
	}
}

func TestForDepth(t *testing.T) {
	for metres, want := range map[int]int{0: 5, 100: 4, 250: 2, 1000: 0} {
		if got := len(Default().ForDepth(metres)); got != want {
			t.Errorf("%d m: %d products, wanted %d", metres, got, want)
		}
	}
}
