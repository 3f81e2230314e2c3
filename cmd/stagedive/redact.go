package main

import (
	"slices"

	"github.com/stagedive/stagedive/inspect/leak/redact"
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
)

// redacted is an event without what looks like a secret in the Dockerfile's text.
// What leaves the screen, plain lines and records, carries only that; on the
// screen people see their own Dockerfile as it is.
func redacted(e build.Event) build.Event {
	switch {
	case e.Begin != nil:
		begin := *e.Begin
		begin.Graph = redactedGraph(begin.Graph)
		e.Begin = &begin
	case e.Vertex != nil:
		v := *e.Vertex
		v.Name, v.Error = redact.Text(v.Name), redact.Text(v.Error)
		e.Vertex = &v
	case e.Log != nil:
		e = withoutTokens(e)
	case e.Warning != nil:
		w := *e.Warning
		w.Message, w.Detail = redact.Text(w.Message), slices.Clone(w.Detail)
		for i, text := range w.Detail {
			w.Detail[i] = redact.Text(text)
		}
		e.Warning = &w
	case e.Cause != nil:
		c := *e.Cause
		c.Text, c.Also = redact.Text(c.Text), slices.Clone(c.Also)
		for i, text := range c.Also {
			c.Also[i] = redact.Text(text)
		}
		e.Cause = &c
	case e.Stop != nil:
		stop := *e.Stop
		stop.Text = redact.Text(stop.Text)
		e.Stop = &stop
	case e.End != nil && e.End.Failure != nil:
		end, failure := *e.End, *e.End.Failure
		failure.Message, failure.Hint = redact.Text(failure.Message), redact.Text(failure.Hint)
		end.Failure = &failure
		e.End = &end
	}
	return e
}

// withoutTokens is an event without the secrets that a step has printed, as far as their
// form tells. Nobody has asked for those, so that they are not on the screen either.
func withoutTokens(e build.Event) build.Event {
	if e.Log == nil {
		return e
	}
	if text := redact.Output(e.Log.Text); text != e.Log.Text {
		l := *e.Log
		l.Text = text
		e.Log = &l
	}
	return e
}

func redactedGraph(g *model.Graph) *model.Graph {
	if g == nil {
		return nil
	}
	out := *g
	out.Lines = slices.Clone(g.Lines)
	for i, l := range out.Lines {
		out.Lines[i] = redact.Text(l)
	}
	out.Stages = slices.Clone(g.Stages)
	for i := range out.Stages {
		s := &out.Stages[i]
		s.Steps = slices.Clone(s.Steps)
		for k := range s.Steps {
			s.Steps[k].Text = redact.Text(s.Steps[k].Text)
		}
	}
	out.Args = slices.Clone(g.Args)
	for i, a := range out.Args {
		if text := "ARG " + a.Name + "=" + a.Value; redact.Text(text) != text {
			out.Args[i].Value, out.Args[i].Default = "", ""
		}
	}
	return &out
}
