package graph

import (
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/layout/canvas"
	"github.com/stagedive/stagedive/tui/theme"
)

type role = canvas.Role

// The roles of the pane's cells. Lines come first, in the order in which they
// cover each other.
const (
	roleNone role = iota
	roleEdgeFaint
	roleEdgeMount
	roleEdgeCopy
	roleEdgeBase
	roleEdgePath // leads to or from the selection

	roleText
	roleBold
	roleDim
	roleFaint
	roleHighlight
	roleSelected

	roleWaiting
	roleRunning
	roleCached
	roleDone
	roleFailed
	roleSkipped
	roleCancelled
	roleWarning

	roleFrame
	roleFrameFaint
	roleFrameRunning
	roleFrameFailed
	roleFrameSelected
	roleFrameBlur
)

// themeRoles is what each role means to the theme.
var themeRoles = map[role]theme.Role{
	roleEdgeFaint: theme.Border,
	roleEdgeMount: theme.EdgeMount,
	roleEdgeCopy:  theme.EdgeCopy,
	roleEdgeBase:  theme.EdgeBase,
	roleEdgePath:  theme.Highlight,

	roleText:      theme.Text,
	roleBold:      theme.Bold,
	roleDim:       theme.Dim,
	roleFaint:     theme.Skipped,
	roleHighlight: theme.Highlight,
	roleSelected:  theme.Selected,

	roleWaiting:   theme.Waiting,
	roleWarning:   theme.Warning,
	roleRunning:   theme.Running,
	roleCached:    theme.Cached,
	roleDone:      theme.Done,
	roleFailed:    theme.Failed,
	roleSkipped:   theme.Skipped,
	roleCancelled: theme.Cancelled,

	roleFrame:         theme.Dim,
	roleFrameFaint:    theme.Border,
	roleFrameRunning:  theme.Running,
	roleFrameFailed:   theme.Failed,
	roleFrameSelected: theme.BorderFocus,
	roleFrameBlur:     theme.Text,
}

func (p *Pane) style(r role) theme.Style {
	if t, ok := themeRoles[r]; ok {
		return p.theme.Style(t)
	}
	return theme.Style{}
}

func stateRole(s build.State) role {
	switch s {
	case build.Running:
		return roleRunning
	case build.Cached:
		return roleCached
	case build.Done:
		return roleDone
	case build.Failed:
		return roleFailed
	case build.Skipped:
		return roleSkipped
	case build.Cancelled:
		return roleCancelled
	}
	return roleWaiting
}

func edgeRole(k model.EdgeKind) role {
	switch k {
	case model.EdgeCopy:
		return roleEdgeCopy
	case model.EdgeMount:
		return roleEdgeMount
	}
	return roleEdgeBase
}

// stroke is the line of an edge kind.
func stroke(k model.EdgeKind) canvas.Stroke {
	switch k {
	case model.EdgeCopy:
		return canvas.Stroke{}
	case model.EdgeMount:
		return canvas.Stroke{Dash: canvas.Dashed}
	}
	return canvas.Stroke{Heavy: true}
}
