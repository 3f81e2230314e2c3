//go:build unix

package userland

import (
	"context"

	"mvdan.cc/sh/v3/interp"
)

type selfKey struct{}

// withSelf remembers how the binary calls itself.
func withSelf(ctx context.Context, self []string) context.Context {
	return context.WithValue(ctx, selfKey{}, self)
}

// bySelf runs commands that PATH does not lead to by this binary, where it has
// them and can call itself.
func bySelf(ctx context.Context) func(interp.ExecHandlerFunc) interp.ExecHandlerFunc {
	self, _ := ctx.Value(selfKey{}).([]string)
	return func(next interp.ExecHandlerFunc) interp.ExecHandlerFunc {
		return func(ctx context.Context, args []string) error {
			hc := interp.HandlerCtx(ctx)
			if _, err := interp.LookPathDir(hc.Dir, hc.Env, args[0]); err != nil && len(self) > 0 && find(args[0]) != nil {
				args = append(append([]string{}, self...), args...)
			}
			return next(ctx, args)
		}
	}
}
