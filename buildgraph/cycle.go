package buildgraph

// findCycle reports stages that use each other through COPY and mounts. It
// walks as dockerfile2llb.validateCircularDependency does: bases are no part of
// it, and the stage it names is the one from which the cycle was first reached.
// The message stands on the lines of the cycle that look at a stage further
// down; what looks up is in order by itself.
func (b *builder) findCycle() {
	visited := map[*state]bool{}
	onPath := map[*state]bool{}
	var visit func(st *state, path []dependencyOf) []dependencyOf
	visit = func(st *state, path []dependencyOf) []dependencyOf {
		if visited[st] {
			return nil
		}
		visited[st], onPath[st] = true, true
		for _, d := range st.deps {
			next := append(path, dependencyOf{st, d})
			if onPath[d.on] {
				return next
			}
			if found := visit(d.on, next); found != nil {
				return found
			}
		}
		delete(onPath, st)
		return nil
	}
	for _, st := range b.states {
		path := visit(st, nil)
		for _, d := range path {
			if d.forward() {
				if d.of.circular == nil {
					d.of.circular = map[*state]bool{}
				}
				d.of.circular[d.on] = true
				b.refuseIn(d.of.stage.index, d.at, "circular dependency detected on stage: "+st.name)
			}
		}
		if path != nil {
			return
		}
	}
}

// dependencyOf is a dependency with the state that has it.
type dependencyOf struct {
	of *state
	dependency
}

// forward says whether a stage uses itself or one below it.
func (d dependencyOf) forward() bool {
	return d.of.stage != nil && d.on.stage != nil && d.on.stage.index >= d.of.stage.index
}
