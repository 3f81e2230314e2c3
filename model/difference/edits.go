package difference

// Edit replaces the lines from From to To of one text by the lines from NewFrom to NewTo
// of another; all count from 0, and the ends are not part of it.
type Edit struct{ From, To, NewFrom, NewTo int }

// Edits are what makes one text of another, as few lines as can be where they differ in
// less than a thousand, and few where in more. (E. Myers, "An O(ND) Difference
// Algorithm and Its Variations", 1986, in its linear space form.)
func Edits(was, is []string) []Edit {
	m := matcher{}
	m.number(was, is)
	m.compare(0, len(m.a), 0, len(m.b))
	var out []Edit
	i, j := 0, 0
	for i < len(was) || j < len(is) {
		e := Edit{From: i, NewFrom: j}
		for i < len(was) && !m.keptA[i] {
			i++
		}
		for j < len(is) && !m.keptB[j] {
			j++
		}
		if e.To, e.NewTo = i, j; e.From < e.To || e.NewFrom < e.NewTo {
			out = append(out, e)
		}
		for i < len(was) && j < len(is) && m.keptA[i] && m.keptB[j] {
			i, j = i+1, j+1
		}
	}
	return out
}

// matcher finds the lines that two texts have in common, in their order.
type matcher struct {
	a, b         []int32 // the lines that both texts have, as numbers
	inA, inB     []int32 // which lines of the texts those are
	keptA, keptB []bool  // which lines of the texts are common
	ahead, back  []int32 // how far each diagonal has been followed, from the beginning and from the end
}

// number gives equal lines equal numbers. A line that only one text has is left out: it
// can't be common to both.
func (m *matcher) number(was, is []string) {
	m.keptA, m.keptB = make([]bool, len(was)), make([]bool, len(is))
	ids := make(map[string]int32, len(was))
	for _, l := range was {
		if _, ok := ids[l]; !ok {
			ids[l] = int32(len(ids))
		}
	}
	both := make([]bool, len(ids))
	for j, l := range is {
		if id, ok := ids[l]; ok {
			both[id] = true
			m.b, m.inB = append(m.b, id), append(m.inB, int32(j))
		}
	}
	for i, l := range was {
		if id := ids[l]; both[id] {
			m.a, m.inA = append(m.a, id), append(m.inA, int32(i))
		}
	}
}

func (m *matcher) keep(i, j int) { m.keptA[m.inA[i]], m.keptB[m.inB[j]] = true, true }

// compare finds what two stretches have in common.
func (m *matcher) compare(aLo, aHi, bLo, bHi int) {
	for {
		for aLo < aHi && bLo < bHi && m.a[aLo] == m.b[bLo] {
			m.keep(aLo, bLo)
			aLo, bLo = aLo+1, bLo+1
		}
		for aLo < aHi && bLo < bHi && m.a[aHi-1] == m.b[bHi-1] {
			aHi, bHi = aHi-1, bHi-1
			m.keep(aHi, bHi)
		}
		if aLo == aHi || bLo == bHi {
			return
		}
		x, y := m.middle(aLo, aHi, bLo, bHi)
		m.compare(aLo, x, bLo, y)
		aLo, bLo = x, y
	}
}

// farthest is how many edits are tried to join the beginning of two stretches with their
// end. What takes more is parted where most of it was passed.
const farthest = 700

// middle is a place that the shortest way from the beginning to the end of two stretches
// passes, neither of them itself. They begin with different lines, and end with such.
func (m *matcher) middle(aLo, aHi, bLo, bHi int) (x, y int) {
	n, k := aHi-aLo, bHi-bLo
	delta, most := n-k, min((n+k+1)/2, farthest)
	zero := most + 1 // where diagonal 0 lies; the ones beside the last are read too
	m.ahead, m.back = grown(m.ahead, 2*zero+1), grown(m.back, 2*zero+1)
	ahead, back := m.ahead, m.back
	ahead[zero+1], back[zero+1] = 0, 0
	odd := delta%2 != 0
	for d := 0; d <= most; d++ {
		for diag := -d; diag <= d; diag += 2 {
			x := step(ahead, zero+diag, diag, d)
			y := x - diag
			for x < n && y < k && y >= 0 && m.a[aLo+x] == m.b[bLo+y] {
				x, y = x+1, y+1
			}
			ahead[zero+diag] = int32(x)
			if from := delta - diag; odd && from >= -(d-1) && from <= d-1 && x <= n && y <= k && y >= 0 && x+int(back[zero+from]) >= n {
				return aLo + x, bLo + y
			}
		}
		for diag := -d; diag <= d; diag += 2 {
			x := step(back, zero+diag, diag, d)
			y := x - diag
			for x < n && y < k && y >= 0 && m.a[aHi-1-x] == m.b[bHi-1-y] {
				x, y = x+1, y+1
			}
			back[zero+diag] = int32(x)
			if from := delta - diag; !odd && from >= -d && from <= d && x <= n && y <= k && y >= 0 && x+int(ahead[zero+from]) >= n {
				return aHi - x, bHi - y
			}
		}
	}
	return m.passed(aLo, aHi, bLo, bHi, zero, most)
}

// step is where a diagonal is entered with one edit more: from the one below it or from
// the one above it, whichever leads further.
func step(far []int32, at, diag, d int) int {
	if diag == -d || diag != d && far[at-1] < far[at+1] {
		return int(far[at+1])
	}
	return int(far[at-1]) + 1
}

// passed is the place up to which most lines of both stretches were passed from the
// beginning.
func (m *matcher) passed(aLo, aHi, bLo, bHi, zero, most int) (x, y int) {
	n, k := aHi-aLo, bHi-bLo
	best := -1
	for diag := -most; diag <= most; diag += 2 {
		at := int(m.ahead[zero+diag])
		if at > n || at-diag > k || at-diag < 0 {
			continue
		}
		if sum := 2*at - diag; sum > best {
			best, x, y = sum, at, at-diag
		}
	}
	return aLo + x, bLo + y
}

func grown(s []int32, n int) []int32 {
	if cap(s) < n {
		return make([]int32, n)
	}
	return s[:n]
}
