package waste

import (
	"fmt"
	"strings"

	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/image/maker"
	"github.com/stagedive/stagedive/model/sanitize"
)

// Says tells in one sentence what happened to an item: who stores it, and who made it
// useless.
func (r *Report) Says(it Item) string {
	stores, by := r.makers[it.Layer].Name(), r.makers[it.By].Name()
	switch it.Cause {
	case image.Deleted:
		if it.Moved != "" {
			return fmt.Sprintf("%s stores it, %s moves it to %s and stores it again", stores, by, it.Moved)
		}
		return fmt.Sprintf("%s stores it, %s deletes it", stores, by)
	case image.Rewritten:
		return fmt.Sprintf("%s stores it, %s stores other content in its place", stores, by)
	case image.Shadowed:
		if it.Layer == it.By {
			return stores + " stores it where nothing leads to it"
		}
		return fmt.Sprintf("%s stores it, %s puts something of another kind in its place", stores, by)
	}
	return fmt.Sprintf("%s stores it, %s stores the same content again: %s", stores, by, differs(it.Meta))
}

// differs words what differs between two files of one content.
func differs(m image.Meta) string {
	words := m.Words()
	if words == nil {
		return "nothing differs"
	}
	verb := "differs"
	if len(words) > 1 || m == image.MetaAttrs {
		verb = "differ"
	}
	return "only " + strings.Join(words, " and ") + " " + verb
}

// Advice says what to change so that an item's bytes are not stored, on which line of
// the Dockerfile where that is known. It is "" where there is nothing to say.
func (r *Report) Advice(it Item) string {
	return sanitize.Text(advise(it, r.makers[it.Layer], r.makers[it.By]))
}

func advise(it Item, s, c maker.Maker) string {
	switch {
	case it.Layer == it.By:
		return ""
	case c.Base:
		return "nothing to do here: it is the base image's, and only another base image, or squashing all layers into one, changes that"
	case s.Base:
		return adviseBase(it, c)
	}
	switch it.Cause {
	case image.Deleted:
		return adviseDeleted(it, s, c)
	case image.Repeated:
		return adviseRepeated(it, s, c)
	}
	switch {
	case s.Command == "RUN" && c.Command == "RUN" && it.By == it.Layer+1 && s.Stage == c.Stage:
		return fmt.Sprintf("%s: join it with %s into one RUN: then only what is there at its end is stored", s.Name(), c.Name())
	case s.Command == "RUN" && c.Command == "RUN": // other layers or another stage lie between
		return fmt.Sprintf("%s: remove it at the end of this RUN, if %s does not need it: that stores its own", s.Name(), c.Name())
	case c.Copies():
		return fmt.Sprintf("%s: leave it out there: %s brings another in its place", s.Name(), c.Name())
	case s.Copies():
		return fmt.Sprintf("%s: make what %s does a step of a build stage, and COPY --from that stage its result", s.Name(), c.Name())
	}
	return fmt.Sprintf("%s: leave it out there: %s puts another in its place", s.Name(), c.Name())
}

// adviseBase is for what the base image stores.
func adviseBase(it Item, c maker.Maker) string {
	switch {
	case it.Cause == image.Deleted:
		return fmt.Sprintf("the base image has it, and %s only hides it: choose a base image without it, or squash the layers into one", c.Name())
	case it.Cause == image.Repeated:
		return fmt.Sprintf("%s: change no more files of the base image than must be: each is stored again whole", c.Name())
	case it.Cause == image.Rewritten && upgrades(c):
		return fmt.Sprintf("%s: drop the upgrade, and pull a newer base image", c.Name())
	}
	return fmt.Sprintf("nothing to do, as a rule: it is the base image's, %s stores a newer one beside it, and only another base image, or squashing the layers into one, changes that", c.Name())
}

// upgrades says whether an instruction brings packages of the base image up to date.
func upgrades(m maker.Maker) bool { return strings.Contains(m.Text, "upgrade") }

func adviseDeleted(it Item, s, c maker.Maker) string {
	switch {
	case it.Moved != "" && s.Copies():
		return fmt.Sprintf("%s: %s it to %s right away, and drop the move from %s", s.Name(), s.Command, it.Moved, c.Name())
	case it.Moved != "":
		return fmt.Sprintf("%s: put it in %s right away, or move it there in the same instruction", s.Name(), it.Moved)
	case s.From != "":
		return fmt.Sprintf("%s: take from %s only what stays: copy the paths that are needed one by one", s.Name(), s.From)
	case s.Copies() && c.Command == "RUN" && it.Parts != nil:
		return fmt.Sprintf("%s: do not copy what %s deletes: copy the rest path by path, or name it in .dockerignore", s.Name(), c.Name())
	case s.Copies() && c.Command == "RUN":
		return fmt.Sprintf("%s: do not copy it. If %s needs it, lend it: RUN --mount=type=bind,source=…,target=%s; if nothing does, name it in .dockerignore", s.Name(), c.Name(), it.Path)
	case s.Copies():
		return fmt.Sprintf("%s: do not copy it: name it in .dockerignore", s.Name())
	case s.Command == "RUN":
		if it.Path == "/" || len(it.Parts) > mostPasted {
			return fmt.Sprintf("%s: remove in this RUN what %s removes: by then it is stored", s.Name(), c.Name())
		}
		return fmt.Sprintf("%s: end this RUN with && rm -rf %s: what %s removes is stored by then", s.Name(), places(it), c.Name())
	}
	return fmt.Sprintf("%s: remove it in the same instruction: what %s removes is stored by then", s.Name(), c.Name())
}

func adviseRepeated(it Item, s, c maker.Maker) string {
	if it.Meta == 0 || c.Copies() {
		return fmt.Sprintf("%s: it stores the same content as %s: drop one of the two", c.Name(), s.Name())
	}
	var flags, programs []string
	if it.Meta&image.MetaOwner != 0 {
		flags, programs = append(flags, "--chown="+argument(c.Text, "chown", "USER:GROUP")), append(programs, "chown")
	}
	if it.Meta&image.MetaMode != 0 {
		flags, programs = append(flags, "--chmod="+argument(c.Text, "chmod", "MODE")), append(programs, "chmod")
	}
	switch {
	case s.Copies() && len(flags) > 0:
		return fmt.Sprintf("%s: %s %s …, and drop the %s from %s", s.Name(), s.Command, strings.Join(flags, " "), strings.Join(programs, " and the "), c.Name())
	case s.Command == "RUN" && c.Command == "RUN":
		what := "what " + c.Name() + " does to it"
		if len(programs) > 0 {
			what = "the " + strings.Join(programs, " and the ") + " of " + c.Name()
		}
		return fmt.Sprintf("%s: do %s in this RUN, which writes it", s.Name(), what)
	}
	return fmt.Sprintf("%s: leave it as %s stored it: a changed time, owner or mode stores the whole file again", c.Name(), s.Name())
}

// argument is what a shell command in an instruction gives chown or chmod first, when
// there is one such command and it says so plainly; else what stands for it.
func argument(text, program, other string) string {
	found := ""
	words := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" \t\n␊\\;&|()'\"`", r) })
	for i, w := range words {
		if w != program && !strings.HasSuffix(w, "/"+program) {
			continue
		}
		for i++; i < len(words) && strings.HasPrefix(words[i], "-"); i++ {
		}
		if i >= len(words) || found != "" && found != words[i] || strings.ContainsAny(words[i], "$<>=") || len(words[i]) > 64 {
			return other
		}
		found = words[i]
	}
	if found == "" {
		return other
	}
	return found
}

// mostPasted is how many paths a command names.
const mostPasted = 4

// places are the very paths of an item, as a shell takes them: of several not the
// directory that they lie in, which may hold more.
func places(it Item) string {
	if it.Parts == nil {
		return maker.Quote(it.Path)
	}
	var out []string
	for _, p := range it.Parts {
		out = append(out, maker.Quote(p.Path))
	}
	return strings.Join(out, " ")
}
