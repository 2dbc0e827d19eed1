package workloadapi

import (
	"bytes"
	"context"
	"crypto/x509"
	"time"

	"github.com/spiffe/go-spiffe/v2/proto/spiffe/workload"
	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/svid/jwtsvid"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/mintwright/mintwright/internal/dev/authority"
)

// FetchX509SVID sends the SVIDs of the workload, and again when one is due for renewal, its
// signing key is tainted or revoked, a bundle changes, or a registration does.
func (s *Server) FetchX509SVID(_ *workload.X509SVIDRequest, ss grpc.ServerStreamingServer[workload.X509SVIDResponse]) error {
	ctx := ss.Context()
	type slot struct {
		id   spiffeid.ID
		hint string
	}
	have := map[slot]authority.SVID{}
	return watch(s, ctx, "x509", ss.Send, func(w authority.Workload) (*workload.X509SVIDResponse, time.Time, error) {
		entries := s.registry.Entries(w)
		if len(entries) == 0 {
			return nil, time.Time{}, errNoIdentity
		}
		keep := map[slot]authority.SVID{}
		var renew time.Time
		resp := &workload.X509SVIDResponse{FederatedBundles: map[string][]byte{}}
		for _, e := range entries {
			at := slot{e.ID, e.Hint}
			svid, err := s.current(ctx, w, e, have[at])
			if err != nil {
				return nil, time.Time{}, err
			}
			keep[at] = svid
			if renew.IsZero() || svid.Renew.Before(renew) {
				renew = svid.Renew
			}
			m, err := s.message(e, svid)
			if err != nil {
				return nil, time.Time{}, err
			}
			resp.Svids = append(resp.Svids, m)
			for _, d := range e.FederatesWith {
				if bundle, err := s.bundle(d); err == nil {
					resp.FederatedBundles[d.IDString()] = bundle
				}
			}
		}
		have = keep
		return resp, renew, nil
	})
}

// current returns the SVID at hand while it is good, a new one otherwise.
func (s *Server) current(ctx context.Context, w authority.Workload, e authority.Entry, have authority.SVID) (authority.SVID, error) {
	a, ok := s.registry.Authority(e.ID.TrustDomain())
	if !ok {
		return authority.SVID{}, errNoIdentity
	}
	if have.SVID != nil && a.IsGood(have.KeyID) && time.Now().Round(0).Before(have.Renew) {
		return have, nil
	}
	svid, err := a.Mint(e.ID, e.X509TTL)
	if err != nil {
		return authority.SVID{}, status.Errorf(codes.Unavailable, "minting an SVID: %v", err)
	}
	leaf := svid.Certificates[0]
	s.auditor.Audit(ctx, authority.Record{
		Kind: "x509", ID: e.ID, Serial: leaf.SerialNumber.Text(16), NotAfter: leaf.NotAfter, Workload: w,
	})
	return svid, nil
}

func (s *Server) message(e authority.Entry, svid authority.SVID) (*workload.X509SVID, error) {
	key, err := x509.MarshalPKCS8PrivateKey(svid.PrivateKey)
	if err != nil {
		return nil, status.Errorf(codes.Internal, "encoding a private key: %v", err)
	}
	bundle, err := s.bundle(e.ID.TrustDomain())
	if err != nil {
		return nil, err
	}
	var chain []byte
	for _, c := range svid.Certificates {
		chain = append(chain, c.Raw...)
	}
	return &workload.X509SVID{
		SpiffeId:    e.ID.String(),
		X509Svid:    chain,
		X509SvidKey: key,
		Bundle:      bundle,
		Hint:        e.Hint,
	}, nil
}

func (s *Server) bundle(domain spiffeid.TrustDomain) ([]byte, error) {
	b, err := s.registry.GetX509BundleForTrustDomain(domain)
	if err != nil {
		return nil, status.Error(codes.Unavailable, err.Error())
	}
	var out bytes.Buffer
	for _, c := range b.X509Authorities() {
		out.Write(c.Raw)
	}
	return out.Bytes(), nil
}

// FetchX509Bundles sends the bundles of the workload's own trust domains and of those that
// it federates with.
func (s *Server) FetchX509Bundles(_ *workload.X509BundlesRequest, ss grpc.ServerStreamingServer[workload.X509BundlesResponse]) error {
	return watch(s, ss.Context(), "x509 bundles", ss.Send, func(w authority.Workload) (*workload.X509BundlesResponse, time.Time, error) {
		bundles, err := s.bundles(w, s.bundle)
		return &workload.X509BundlesResponse{Bundles: bundles}, time.Time{}, err
	})
}

// FetchJWTBundles sends the JWT bundles of the same trust domains.
func (s *Server) FetchJWTBundles(_ *workload.JWTBundlesRequest, ss grpc.ServerStreamingServer[workload.JWTBundlesResponse]) error {
	return watch(s, ss.Context(), "jwt bundles", ss.Send, func(w authority.Workload) (*workload.JWTBundlesResponse, time.Time, error) {
		bundles, err := s.bundles(w, func(d spiffeid.TrustDomain) ([]byte, error) {
			a, ok := s.registry.Authority(d)
			if !ok {
				return nil, status.Errorf(codes.Unavailable, "no authority of trust domain %s", d)
			}
			return a.JWKS()
		})
		return &workload.JWTBundlesResponse{Bundles: bundles}, time.Time{}, err
	})
}

func (s *Server) bundles(w authority.Workload, of func(spiffeid.TrustDomain) ([]byte, error)) (map[string][]byte, error) {
	entries := s.registry.Entries(w)
	if len(entries) == 0 {
		return nil, errNoIdentity
	}
	bundles := map[string][]byte{}
	for _, e := range entries {
		for _, d := range append([]spiffeid.TrustDomain{e.ID.TrustDomain()}, e.FederatesWith...) {
			b, err := of(d)
			if err != nil {
				return nil, err
			}
			bundles[d.IDString()] = b
		}
	}
	return bundles, nil
}

// FetchJWTSVID returns a JWT-SVID for each identity of the workload, or for the one asked for.
func (s *Server) FetchJWTSVID(ctx context.Context, req *workload.JWTSVIDRequest) (*workload.JWTSVIDResponse, error) {
	if len(req.GetAudience()) == 0 {
		return nil, status.Error(codes.InvalidArgument, "audience must be specified")
	}
	var only spiffeid.ID
	if req.GetSpiffeId() != "" {
		id, err := spiffeid.FromString(req.GetSpiffeId())
		if err != nil {
			return nil, status.Errorf(codes.InvalidArgument, "invalid requested SPIFFE ID: %v", err)
		}
		only = id
	}
	w, err := caller(ctx)
	resp := &workload.JWTSVIDResponse{}
	if err == nil {
		for _, e := range s.registry.Entries(w) {
			if !only.IsZero() && e.ID != only {
				continue
			}
			a, ok := s.registry.Authority(e.ID.TrustDomain())
			if !ok {
				continue
			}
			token, end, err := a.MintJWT(e.ID, req.GetAudience(), e.JWTTTL)
			if err != nil {
				return nil, status.Errorf(codes.Unavailable, "minting a JWT-SVID: %v", err)
			}
			s.auditor.Audit(ctx, authority.Record{
				Kind: "jwt", ID: e.ID, Audience: req.GetAudience(), NotAfter: end, Workload: w,
			})
			resp.Svids = append(resp.Svids, &workload.JWTSVID{SpiffeId: e.ID.String(), Svid: token, Hint: e.Hint})
		}
	}
	if len(resp.GetSvids()) == 0 {
		s.auditor.Audit(ctx, authority.Record{Kind: "jwt", ID: only, Audience: req.GetAudience(), Workload: w, Denied: "no identity issued"})
		return nil, errNoIdentity
	}
	return resp, nil
}

// ValidateJWTSVID tells whether a token is good for an audience, by the bundles that the
// caller may have.
func (s *Server) ValidateJWTSVID(ctx context.Context, req *workload.ValidateJWTSVIDRequest) (*workload.ValidateJWTSVIDResponse, error) {
	if req.GetAudience() == "" {
		return nil, status.Error(codes.InvalidArgument, "audience must be specified")
	}
	if req.GetSvid() == "" {
		return nil, status.Error(codes.InvalidArgument, "svid must be specified")
	}
	w, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	known, err := s.bundles(w, func(spiffeid.TrustDomain) ([]byte, error) { return nil, nil })
	if err != nil {
		s.auditor.Audit(ctx, authority.Record{Kind: "jwt validation", Workload: w, Denied: "no identity issued"})
		return nil, err
	}
	svid, err := jwtsvid.ParseAndValidate(req.GetSvid(), s.registry, []string{req.GetAudience()})
	if err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	if _, ok := known[svid.ID.TrustDomain().IDString()]; !ok {
		return nil, status.Errorf(codes.InvalidArgument, "no bundle of trust domain %s for this workload", svid.ID.TrustDomain())
	}
	claims, err := structpb.NewStruct(svid.Claims)
	if err != nil {
		return nil, status.Errorf(codes.InvalidArgument, "claims: %v", err)
	}
	return &workload.ValidateJWTSVIDResponse{SpiffeId: svid.ID.String(), Claims: claims}, nil
}
