package measure

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// ParseBytes reads a size as people write one: 1500, 120MB, 1.5 GB, 64 MiB. Decimal
// units count by 1000, as Bytes does, binary ones by 1024; case does not matter.
func ParseBytes(s string) (int64, error) {
	text := strings.ToLower(strings.TrimSpace(s))
	number := strings.TrimRight(text, "abcdefghijklmnopqrstuvwxyz ")
	unit := strings.TrimSpace(text[len(number):])
	n, err := strconv.ParseFloat(number, 64)
	if err != nil || n < 0 {
		return 0, fmt.Errorf("%q is no size; write one as 120MB or 1.5 GiB", s)
	}
	by := 1.0
	switch prefix := strings.TrimSuffix(unit, "b"); prefix {
	case "":
	case "k", "m", "g", "t":
		by = math.Pow(1000, float64(1+strings.Index("kmgt", prefix)))
	case "ki", "mi", "gi", "ti":
		by = math.Pow(1024, float64(1+strings.Index("kmgt", prefix[:1])))
	default:
		return 0, fmt.Errorf("%q is no unit of bytes; use B, kB, MB, GB, KiB, MiB or GiB", unit)
	}
	if n*by >= math.MaxInt64 {
		return 0, fmt.Errorf("%q is more than there is", s)
	}
	return int64(math.Round(n * by)), nil
}
