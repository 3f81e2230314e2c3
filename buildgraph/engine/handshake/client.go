package handshake

import (
	"context"
	"encoding/json"
	"fmt"
	"net"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// Lease is an open connection to a daemon: while it is held, the daemon does
// not end for being idle.
type Lease struct {
	Hello Hello

	conn   *grpc.ClientConn
	cancel context.CancelFunc
	done   chan struct{}
}

// Attend connects to the daemon that listens on the unix socket and holds it.
// An error means that no daemon of ours answers there. ctx bounds the greeting
// only, not the lease.
func Attend(ctx context.Context, socket string) (*Lease, error) {
	dialer := func(ctx context.Context, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", socket)
	}
	// gRPC waits and tries again when nobody listens; here that is the answer.
	probe, err := dialer(ctx, "")
	if err != nil {
		return nil, fmt.Errorf("connecting to the engine: %w", err)
	}
	probe.Close()

	conn, err := grpc.NewClient("passthrough:///engine",
		grpc.WithContextDialer(dialer),
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithIdleTimeout(0)) // a lease never lapses by itself
	if err != nil {
		return nil, fmt.Errorf("connecting to the engine: %w", err)
	}
	l := &Lease{conn: conn, done: make(chan struct{})}
	var held context.Context
	held, l.cancel = context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, l.cancel)
	stream, err := l.greet(held)
	if !stop() && err == nil {
		err = context.Cause(ctx)
	}
	if err != nil {
		l.cancel()
		conn.Close()
		return nil, fmt.Errorf("greeting the engine: %w", err)
	}
	go func() {
		defer close(l.done)
		for stream.RecvMsg(new(wrapperspb.BytesValue)) == nil {
		}
	}()
	return l, nil
}

func (l *Lease) greet(ctx context.Context) (grpc.ClientStream, error) {
	stream, err := l.conn.NewStream(ctx, &grpc.StreamDesc{ServerStreams: true}, "/"+service+"/Attend")
	if err != nil {
		return nil, err
	}
	if err := stream.SendMsg(new(emptypb.Empty)); err != nil {
		return nil, err
	}
	if err := stream.CloseSend(); err != nil {
		return nil, err
	}
	hello := new(wrapperspb.BytesValue)
	if err := stream.RecvMsg(hello); err != nil {
		return nil, err
	}
	return stream, json.Unmarshal(hello.GetValue(), &l.Hello)
}

// Retire asks the daemon to end if nobody but this lease is connected, and says
// whether it will.
func (l *Lease) Retire(ctx context.Context) (bool, error) {
	answer := new(wrapperspb.BoolValue)
	if err := l.conn.Invoke(ctx, "/"+service+"/Retire", new(emptypb.Empty), answer); err != nil {
		return false, fmt.Errorf("asking the engine to end: %w", err)
	}
	return answer.GetValue(), nil
}

// Done is closed when the daemon ends or is gone.
func (l *Lease) Done() <-chan struct{} { return l.done }

// Close gives the daemon up.
func (l *Lease) Close() error {
	l.cancel()
	err := l.conn.Close()
	<-l.done
	return err
}
