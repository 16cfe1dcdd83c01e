import Testing

@testable import HTTP

@Suite struct TLSFaultTests {
  @Test(
    "What OpenSSL and libcurl say is known by its number or its words",
    arguments: [
      (9, "", TLSFault.notYetValid), (10, "SSL certificate problem: certificate has expired", .expired),
      (18, "", .selfSigned), (19, "", .selfSigned), (20, "", .unknownAuthority), (21, "", .unknownAuthority),
      (23, "", .revoked), (62, "", .otherHost), (64, "", .otherHost), (66, "", .weak), (67, "", .weak),
      (0, "SSL: no alternative certificate subject name matches target host name '127.0.0.1'", .otherHost),
      (0, "SSL: certificate subject name 'x' does not match target host name 'y'", .otherHost),
      (0, "OpenSSL/3.0.19: error:0A000102:SSL routines::unsupported protocol", .outdated),
      (0, "error:0A00042E:SSL routines::tlsv1 alert protocol version", .outdated),
      (0, "OpenSSL/3.0.19: error:0A00014D:SSL routines::legacy sigalg disallowed or unsupported", .outdated),
      (0, "OpenSSL/3.0.19: error:0A00010B:SSL routines::wrong version number", .plain),
      (0, "error:0A00045C:SSL routines::tlsv13 alert certificate required", .wantsCertificate),
      // What Go's servers say of a certificate that they miss.
      (
        0, "OpenSSL SSL_read: OpenSSL/3.0.19: error:0A000412:SSL routines::sslv3 alert bad certificate",
        .wantsCertificate
      ),
      (0, "error:0A000418:SSL routines::tlsv1 alert unknown ca", .wantsCertificate),
      (0, "error:0A000416:SSL routines::sslv3 alert certificate unknown", .wantsCertificate),
      (0, "error:0A000415:SSL routines::sslv3 alert certificate expired", .wantsCertificate),
      (0, "getpeername() failed with errno 107: Transport endpoint is not connected", .wantsCertificate),
      (0, "error:0A000458:SSL routines::tlsv1 unrecognized name", .unknownName),
      (1, "", nil), (0, "Connection reset by peer", nil), (0, "", nil),
    ] as [(Int, String, TLSFault?)])
  func reads(verification: Int, words: String, fault: TLSFault?) {
    #expect(TLSFault(verification: verification, words: words) == fault)
  }

  @Test func eachFaultHasWordsOfItsOwn() {
    #expect(Set(TLSFault.allCases.map(\.text)).count == TLSFault.allCases.count)
  }
}
