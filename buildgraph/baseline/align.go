package baseline

// alignment finds in a record the step that a step of the Dockerfile as it is now
// descends from.
type alignment struct {
	steps  map[Ref]Ref // without platform: now → then
	stages map[int]int // now → then; -1 for a stage that was not there
}

// align matches stages by name and, within a stage, steps by their text in the
// order of the file. Between those that match, steps of one kind are taken for
// edited ones.
func align(then, now []Stage) alignment {
	a := alignment{steps: map[Ref]Ref{}, stages: map[int]int{}}
	for i, s := range now {
		k := stageCalled(then, s.Label)
		if k < 0 && i < len(then) && stageCalled(now, then[i].Label) < 0 {
			k = i // renamed
		}
		a.stages[i] = k
		if k < 0 {
			continue
		}
		for _, pair := range pairs(then[k].Steps, s.Steps) {
			a.steps[Ref{Stage: i, Step: s.Steps[pair[1]].Step}] = Ref{Stage: k, Step: then[k].Steps[pair[0]].Step}
		}
	}
	return a
}

// of is where a step was; false for a new one.
func (a alignment) of(ref Ref) (Ref, bool) {
	was, ok := a.steps[Ref{Stage: ref.Stage, Step: ref.Step}]
	was.Platform = ref.Platform
	return was, ok
}

func stageCalled(stages []Stage, label string) int {
	for i := len(stages) - 1; i >= 0; i-- {
		if stages[i].Label == label {
			return i
		}
	}
	return -1
}

// maxAligned bounds the table below: of longer stages, what lies between the
// steps that are the same at both ends is paired by order alone.
const maxAligned = 1000

// pairs aligns two lists of steps: a longest common subsequence first, then what
// lies between its members.
func pairs(then, now []Line) [][2]int {
	var out [][2]int
	from := 0
	for from < min(len(then), len(now)) && then[from].Key == now[from].Key {
		out = append(out, [2]int{from, from})
		from++
	}
	n, m := len(then), len(now)
	for n > from && m > from && then[n-1].Key == now[m-1].Key {
		n, m = n-1, m-1
	}
	out = append(out, middle(then[:n], now[:m], from)...)
	for i := range len(then) - n {
		out = append(out, [2]int{n + i, m + i})
	}
	return out
}

// middle aligns two lists from an index on.
func middle(then, now []Line, from int) [][2]int {
	n, m := len(then), len(now)
	if n-from > maxAligned || m-from > maxAligned {
		return edited(then, now, from, n, from, m)
	}
	length := make([][]int16, n-from+1) // length[i][k] is of then[from+i:] and now[from+k:]
	for i := range length {
		length[i] = make([]int16, m-from+1)
	}
	for i := n - from - 1; i >= 0; i-- {
		for k := m - from - 1; k >= 0; k-- {
			if then[from+i].Key == now[from+k].Key {
				length[i][k] = length[i+1][k+1] + 1
			} else {
				length[i][k] = max(length[i+1][k], length[i][k+1])
			}
		}
	}
	var out [][2]int
	i, k, fromI, fromK := from, from, from, from
	for i < n && k < m {
		switch {
		case then[i].Key == now[k].Key:
			out = append(append(out, edited(then, now, fromI, i, fromK, k)...), [2]int{i, k})
			i, k = i+1, k+1
			fromI, fromK = i, k
		case length[i-from+1][k-from] >= length[i-from][k-from+1]:
			i++
		default:
			k++
		}
	}
	return append(out, edited(then, now, fromI, n, fromK, m)...)
}

// edited pairs the steps of two stretches that share none: in order, by command.
func edited(then, now []Line, i, endI, j, endJ int) [][2]int {
	var out [][2]int
	for ; j < endJ; j++ {
		for k := i; k < endI; k++ {
			if then[k].Command == now[j].Command {
				out = append(out, [2]int{k, j})
				i = k + 1
				break
			}
		}
	}
	return out
}
