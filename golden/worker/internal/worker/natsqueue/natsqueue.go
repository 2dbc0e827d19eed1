// Package natsqueue is a worker.Source over a stream of NATS JetStream.
//
// The queue <name> is a work queue: the stream <name> with the subject <name>.jobs, from which
// a message goes when it is acknowledged, and the durable consumer "worker", which all replicas
// share. What is put aside goes to the stream <name>-dead, with the subject <name>.jobs.dead
// and headers that say why. A stream that exists is taken as it is: whoever runs the broker
// decides on replicas and limits.
package natsqueue

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/spiffe/go-spiffe/v2/spiffeid"

	"example.com/acme/mailer/internal/identity"
	"example.com/acme/mailer/internal/worker"
)

const (
	requestTimeout  = 5 * time.Second // of what is asked of the broker
	receiveWait     = time.Second     // of one Receive; a drain waits for it
	silence         = receiveWait / 2 // after which a broker that has not said that there is no job does not answer
	duplicateWindow = 10 * time.Minute
	maxMessageBytes = 1<<20 - 8<<10 // with room for headers that say why it is put aside
	maxIDBytes      = 255
	maxErrorBytes   = 1000
	maxUnsettled    = 1000 // jobs in hand or waiting for another attempt, of all replicas
)

// Options is what a Queue is made of; every field is required, but for a broker on this
// machine the Source and the Server.
type Options struct {
	URL     string // tls://host:4222, or nats://127.0.0.1:4222 without TLS
	Server  spiffeid.ID
	Source  identity.Source
	Name    string        // of the queue
	Timeout time.Duration // of the worker's jobs
	Logger  *slog.Logger
}

// Queue is a worker.Source.
type Queue struct {
	o        Options
	conn     *nats.Conn
	dialer   dialer
	renewal  sync.RWMutex // of the connection; whoever waits for an answer of the broker holds it for reading
	js       jetstream.JetStream
	consumer atomic.Pointer[jetstream.Consumer] // nil until the broker has it
	trouble  atomic.Pointer[error]              // the last with the connection
}

// Open returns the queue. It waits two seconds at most for the broker: connecting goes on for
// ever, and Receive says why there is no connection.
func Open(o Options) (*Queue, error) {
	q := &Queue{o: o}
	options, err := q.dialing()
	if err != nil {
		return nil, err
	}
	if q.conn, err = nats.Connect(o.URL, options...); err != nil {
		return nil, fmt.Errorf("broker %q: %w", o.URL, err)
	}
	q.js, err = jetstream.New(q.conn, jetstream.WithDefaultTimeout(requestTimeout))
	return q, err
}

// Close ends the connection, when what was said to the broker is sent.
func (q *Queue) Close() {
	if q.conn.IsConnected() {
		_ = q.conn.FlushTimeout(requestTimeout) // else a job comes again when its lease has ended
	}
	q.conn.Close()
}

func (q *Queue) subject() string     { return q.o.Name + ".jobs" }
func (q *Queue) deadSubject() string { return q.subject() + ".dead" }

// ready returns the consumer; the first time it makes sure that there is one, and the streams.
func (q *Queue) ready(ctx context.Context) (jetstream.Consumer, error) {
	if !q.conn.IsConnected() {
		err := nats.ErrDisconnected
		if trouble := q.trouble.Load(); trouble != nil {
			err = *trouble
		}
		return nil, fmt.Errorf("no connection to %s: %w", q.o.URL, err)
	}
	if consumer := q.consumer.Load(); consumer != nil {
		return *consumer, nil
	}
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	for _, stream := range []jetstream.StreamConfig{
		{Name: q.o.Name, Subjects: []string{q.subject()}, Retention: jetstream.WorkQueuePolicy, MaxMsgSize: maxMessageBytes},
		{Name: q.o.Name + "-dead", Subjects: []string{q.deadSubject()}},
	} {
		stream.Duplicates = duplicateWindow
		_, err := q.js.Stream(ctx, stream.Name)
		if errors.Is(err, jetstream.ErrStreamNotFound) {
			_, err = q.js.CreateStream(ctx, stream)
		}
		if err != nil && !errors.Is(err, jetstream.ErrStreamNameAlreadyInUse) { // another replica was faster
			return nil, fmt.Errorf("stream %q: %w", stream.Name, err)
		}
	}
	consumer, err := q.js.CreateOrUpdateConsumer(ctx, q.o.Name, jetstream.ConsumerConfig{
		Durable:       "worker",
		FilterSubject: q.subject(),
		AckPolicy:     jetstream.AckExplicitPolicy,
		AckWait:       q.o.Timeout + worker.Grace,
		MaxAckPending: maxUnsettled,
	})
	if err != nil {
		return nil, fmt.Errorf("consumer of stream %q: %w", q.o.Name, err)
	}
	q.consumer.Store(&consumer)
	return consumer, nil
}

// Message is a job to be.
type Message struct {
	ID   string // idempotency key, of up to 255 bytes; not to be used for another job later
	Body []byte // up to 1,040,384 bytes, with the headers
}

// Publish adds a job, with the trace context of ctx, and returns when the broker has stored it.
// A message of the same ID is stored once in ten minutes.
func (q *Queue) Publish(ctx context.Context, m Message) error {
	if m.ID == "" || len(m.ID) > maxIDBytes {
		return fmt.Errorf("publishing a job: its ID has %d bytes, want 1 to %d", len(m.ID), maxIDBytes)
	}
	q.renewal.RLock()
	defer q.renewal.RUnlock()
	if _, err := q.ready(ctx); err != nil {
		return fmt.Errorf("publishing job %q: %w", m.ID, err)
	}
	header := map[string]string{}
	worker.Inject(ctx, header)
	msg := &nats.Msg{Subject: q.subject(), Header: nats.Header{}, Data: m.Body}
	for name, value := range header {
		msg.Header.Set(name, value)
	}
	if _, err := q.js.PublishMsg(ctx, msg, jetstream.WithMsgID(m.ID)); err != nil {
		return fmt.Errorf("publishing job %q: %w", m.ID, err)
	}
	return nil
}

// Origin names the subject.
func (q *Queue) Origin() (system, destination string) { return "nats", q.subject() }

// Receive asks the broker for the next message and waits a second for it, also when ctx ends
// meanwhile: a message on its way would not come again before its lease has ended.
func (q *Queue) Receive(ctx context.Context) (*worker.Job, error) {
	q.renew()
	consumer, err := q.ready(ctx)
	if err != nil {
		return nil, err
	}
	begin := time.Now()
	msg, err := consumer.Next(jetstream.FetchMaxWait(receiveWait))
	if errors.Is(err, nats.ErrTimeout) && time.Since(begin) < receiveWait+silence {
		return nil, nil
	}
	if err != nil {
		q.consumer.Store(nil) // it may be gone
		return nil, fmt.Errorf("receiving from stream %q: %w", q.o.Name, errors.Join(err, q.conn.LastError()))
	}
	return newJob(msg)
}

// newJob returns the job in msg. Without an ID of the producer's it has that of its place in
// the stream.
func newJob(msg jetstream.Msg) (*worker.Job, error) {
	meta, err := msg.Metadata()
	if err != nil {
		return nil, err
	}
	id := msg.Headers().Get(nats.MsgIdHdr)
	if id == "" || len(id) > maxIDBytes {
		id = fmt.Sprintf("%s/%d@%d", meta.Stream, meta.Sequence.Stream, meta.Timestamp.UnixNano())
	}
	header := make(map[string]string)
	for name, values := range msg.Headers() {
		if !strings.HasPrefix(name, "Nats-") { // those are for the broker
			header[name] = values[0]
		}
	}
	return &worker.Job{
		ID:       id,
		Attempt:  int(meta.NumDelivered),
		Body:     msg.Data(),
		Enqueued: meta.Timestamp,
		Header:   header,
		Lease:    msg,
	}, nil
}

// Ack returns when the broker knows that the job is done.
func (q *Queue) Ack(ctx context.Context, job *worker.Job) error {
	q.renewal.RLock()
	defer q.renewal.RUnlock()
	return job.Lease.(jetstream.Msg).DoubleAck(ctx)
}

// Nack has the broker deliver the job again after a while, or puts it aside.
func (q *Queue) Nack(ctx context.Context, job *worker.Job, nack worker.Nack) error {
	q.renewal.RLock()
	defer q.renewal.RUnlock()
	msg := job.Lease.(jetstream.Msg)
	if !nack.Dead {
		return msg.NakWithDelay(nack.After)
	}
	cause := nack.Cause.Error()
	aside := &nats.Msg{Subject: q.deadSubject(), Header: nats.Header{}, Data: job.Body}
	for name, value := range job.Header {
		aside.Header.Set(name, value)
	}
	aside.Header.Set("Worker-Cause", cause[:min(len(cause), maxErrorBytes)])
	aside.Header.Set("Worker-Deliveries", strconv.Itoa(job.Attempt))
	if _, err := q.js.PublishMsg(ctx, aside, jetstream.WithMsgID(job.ID)); err != nil {
		return fmt.Errorf("putting it aside: %w", err)
	}
	return msg.DoubleAck(ctx) // it is safe
}

// Lag counts the messages that are not acknowledged, in whosever hand they are.
func (q *Queue) Lag(ctx context.Context) (jobs int64, oldest time.Duration, err error) {
	consumer := q.consumer.Load()
	if consumer == nil {
		return 0, 0, nats.ErrDisconnected
	}
	info, err := (*consumer).Info(ctx)
	if err != nil {
		return 0, 0, err
	}
	jobs = int64(info.NumPending) + int64(info.NumAckPending)
	if jobs == 0 {
		return 0, 0, nil
	}
	stream, err := q.js.Stream(ctx, q.o.Name)
	if err != nil {
		return 0, 0, err
	}
	msg, err := stream.GetMsg(ctx, info.AckFloor.Stream+1, jetstream.WithGetMsgSubject(q.subject()))
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return 0, 0, nil // acknowledged since
	}
	if err != nil {
		return 0, 0, err
	}
	return jobs, time.Since(msg.Time), nil
}
