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

// maxAligned bounds the table below.
const maxAligned = 1000

// pairs aligns two lists of steps: a longest common subsequence first, then what
// lies between its members.
func pairs(then, now []Line) [][2]int {
	var out [][2]int
	n, m := min(len(then), maxAligned), min(len(now), maxAligned)
	length := make([][]int16, n+1) // length[i][j] is of then[i:] and now[j:]
	for i := range length {
		length[i] = make([]int16, m+1)
	}
	for i := n - 1; i >= 0; i-- {
		for j := m - 1; j >= 0; j-- {
			if then[i].Key == now[j].Key {
				length[i][j] = length[i+1][j+1] + 1
			} else {
				length[i][j] = max(length[i+1][j], length[i][j+1])
			}
		}
	}
	i, j, fromI, fromJ := 0, 0, 0, 0
	for i < n && j < m {
		switch {
		case then[i].Key == now[j].Key:
			out = append(append(out, edited(then, now, fromI, i, fromJ, j)...), [2]int{i, j})
			i, j = i+1, j+1
			fromI, fromJ = i, j
		case length[i+1][j] >= length[i][j+1]:
			i++
		default:
			j++
		}
	}
	return append(out, edited(then, now, fromI, n, fromJ, m)...)
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
