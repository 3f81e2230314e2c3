package origin

import "github.com/stagedive/stagedive/model/image"

// align returns for each history entry the step it came from, or -1.
//
// As each step leaves one entry, the last entries are the steps' one to one.
// Where their kinds contradict that, the order is all that is trusted: then it
// is the best alignment of the two, in which either may have gaps.
func align(history []image.History, steps []step) []int {
	match := make([]int, len(history))
	for i := range match {
		match[i] = -1
	}
	off := len(history) - len(steps)
	if off >= 0 && exact(history[off:], steps) {
		for i := range steps {
			match[off+i] = i
		}
		return match
	}
	if len(history)*len(steps) > maxCells {
		return match
	}
	best(history, steps, match)
	return match
}

// maxCells bounds the table of the alignment; real images need some thousand.
const maxCells = 16 << 20

func exact(history []image.History, steps []step) bool {
	for i, s := range steps {
		if grade(history[i], s) == no {
			return false
		}
	}
	return true
}

// best fills match in with the alignment of the highest total grade (Needleman
// and Wunsch, gaps free). Walking back from the end it prefers to match, so of
// equal alignments the one nearest to the end wins: what repeats an instruction
// earlier is the base image's.
func best(history []image.History, steps []step, match []int) {
	w := len(steps) + 1
	score := make([]int32, (len(history)+1)*w)
	grades := make([]int8, len(history)*len(steps))
	for i, h := range history {
		for j, s := range steps {
			g := grade(h, s)
			grades[i*len(steps)+j] = int8(g)
			top := max(score[i*w+j+1], score[(i+1)*w+j])
			if g > 0 {
				top = max(top, score[i*w+j]+int32(g))
			}
			score[(i+1)*w+j+1] = top
		}
	}
	for i, j := len(history), len(steps); i > 0 && j > 0; {
		at := score[i*w+j]
		switch g := int32(grades[(i-1)*len(steps)+j-1]); {
		case g > 0 && at == score[(i-1)*w+j-1]+g:
			i, j = i-1, j-1
			match[i] = j
		case at == score[i*w+j-1]:
			j--
		default:
			i--
		}
	}
}
