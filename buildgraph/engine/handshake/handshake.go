// Package handshake is the small gRPC service that the embedded engine offers
// beside BuildKit's own: who it is, and whether it would leave. It lets a newer
// stagedive tell a daemon that it may share from one that it must replace.
package handshake

import (
	"context"
	"encoding/json"
	"fmt"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// Protocol is the version of the agreement between stagedive and its daemon:
// this service, the daemon's flags, and what it cleans up. It grows when a
// daemon of the older form must not be shared.
const Protocol = 1

const service = "stagedive.engine.v1.Engine"

// Hello is what a daemon says about itself.
type Hello struct {
	Protocol    int    `json:"protocol"`
	BuildKit    string `json:"buildkit"` // "v0.33.1"
	Exe         string `json:"exe"`      // identity of the binary that it runs
	Config      string `json:"config"`   // digest of what it was configured with
	Snapshotter string `json:"snapshotter"`
	Runtime     string `json:"runtime"` // "runc 1.1.5"
}

// Shares says whether a run that wants want may use the daemon that said h. A
// different binary may, as long as it agrees on everything that a build sees.
func (h Hello) Shares(want Hello) bool {
	return h.Protocol == want.Protocol && h.BuildKit == want.BuildKit && h.Config == want.Config
}

// Host is the daemon as this service needs it.
type Host interface {
	Hello() Hello
	// Retire ends the daemon if nobody else is connected, and says whether it
	// will end.
	Retire() bool
	// Done is closed when the daemon begins to end.
	Done() <-chan struct{}
}

// Register adds the service to a gRPC server.
func Register(s *grpc.Server, host Host) {
	s.RegisterService(&grpc.ServiceDesc{
		ServiceName: service,
		HandlerType: (*Host)(nil),
		Methods:     []grpc.MethodDesc{{MethodName: "Retire", Handler: handleRetire}},
		Streams:     []grpc.StreamDesc{{StreamName: "Attend", Handler: handleAttend, ServerStreams: true}},
	}, host)
}

func handleRetire(srv any, _ context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
	if err := decode(new(emptypb.Empty)); err != nil {
		return nil, err
	}
	return wrapperspb.Bool(srv.(Host).Retire()), nil
}

// handleAttend says hello and stays until either side leaves, so that the
// client's connection keeps the daemon from going idle.
func handleAttend(srv any, stream grpc.ServerStream) error {
	host := srv.(Host)
	if err := stream.RecvMsg(new(emptypb.Empty)); err != nil {
		return err
	}
	hello, err := json.Marshal(host.Hello())
	if err != nil {
		return fmt.Errorf("encoding hello: %w", err)
	}
	if err := stream.SendMsg(wrapperspb.Bytes(hello)); err != nil {
		return err
	}
	select {
	case <-stream.Context().Done():
	case <-host.Done():
	}
	return nil
}
