package tui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"golang.org/x/term"
)

// shutdownTime bounds how long Run waits, after the screen is gone, for what was
// started to stop.
const shutdownTime = 10 * time.Second

// Run shows an App on a terminal until the user leaves it or ctx ends, whose
// cause it then returns, or until Config.Ref turns out not to be readable. When it
// returns the terminal is as it was and what the App started has stopped.
func Run(ctx context.Context, c Config, in io.Reader, out io.Writer) error {
	app := New(c)
	if err := drawFirst(out, c.Profile, app.View().Content); err != nil {
		return fmt.Errorf("showing the explorer: %w", err)
	}
	model := &paced{app: app}
	if f, ok := out.(interface{ Fd() uintptr }); ok {
		model.size = func() (w, h int, err error) { return term.GetSize(int(f.Fd())) }
	}
	p := tea.NewProgram(model,
		tea.WithContext(ctx), tea.WithInput(in), tea.WithOutput(out), tea.WithColorProfile(c.Profile),
		tea.WithFPS(rendererRate), tea.WithoutSignalHandler(), // the caller's ctx ends with signals
	)
	_, err := p.Run()
	if err != nil {
		err = errors.Join(err, undrawFirst(out))
	}
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTime)
	defer cancel()
	late := app.Shutdown(stop)
	switch {
	case err != nil && ctx.Err() != nil:
		return context.Cause(ctx)
	case err != nil && !errors.Is(err, tea.ErrInterrupted):
		return fmt.Errorf("showing the explorer: %w", err)
	}
	return errors.Join(app.failure, late)
}

// Profile is what colours a terminal can show. Any value of NO_COLOR means none
// (no-color.org).
func Profile(out io.Writer, environ []string, noColor bool) colorprofile.Profile {
	if noColor {
		return colorprofile.ASCII
	}
	return colorprofile.Detect(out, environ)
}
