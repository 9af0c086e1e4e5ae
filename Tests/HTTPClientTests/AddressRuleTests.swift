import HTTPClient
import Testing

/// Which addresses are refused, and networks as text.
@Suite struct AddressRuleTests {
  @Test(arguments: [
    "127.0.0.1", "127.255.255.255", "10.0.0.0", "10.255.255.255", "172.16.0.1", "172.31.255.255",
    "192.168.0.1", "169.254.169.254", "100.64.0.1", "100.127.255.255", "100.100.100.200", "0.0.0.0",
    "0.1.2.3", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "192.0.0.192",
    "198.18.0.1", "168.63.129.16",
    "::", "::1", "fe80::1", "febf::1", "fec0::1", "fc00::1", "fdff::1", "fd00:ec2::254", "ff02::1",
    "::ffff:127.0.0.1", "::ffff:10.1.2.3", "::ffff:169.254.169.254", "::127.0.0.1",
    "64:ff9b::7f00:1", "64:ff9b::169.254.169.254", "64:ff9b:1::1", "2002:7f00:1::1",
    "2002:a9fe:a9fe::", "2002:0a00:0001:1::5", "2001:0:1::1",
  ])
  func whatIsNoAddressOfTheInternetIsRefused(_ text: String) throws {
    let address = try #require(NetworkAddress(text))
    #expect(AddressRule().refusal(of: address) != nil)
  }

  @Test(arguments: [
    "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255",
    "128.0.0.1", "169.253.255.255", "169.255.0.1", "172.15.255.255", "172.32.0.0", "192.0.1.0",
    "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0", "223.255.255.255",
    "203.0.113.7", "168.63.129.17",
    "2606:4700::1111", "2001:db8::1", "fbff::1", "fe7f::1", "2001:1::1", "2002:101:101::1",
    "64:ff9b::1.1.1.1", "::ffff:1.1.1.1",
  ])
  func addressesOfTheInternetPass(_ text: String) throws {
    let address = try #require(NetworkAddress(text))
    #expect(AddressRule().refusal(of: address) == nil)
    #expect(AddressRule(isOnlyAllowed: true).refusal(of: address) != nil)
  }

  @Test(arguments: [
    ("10.1.0.0/16", "10.1.255.255", "10.2.0.0"), ("127.0.0.1", "127.0.0.1", "127.0.0.2"),
    ("10.0.0.0/8", "::ffff:10.9.9.9", "::ffff:192.168.0.1"),
    ("10.0.0.0/8", "64:ff9b::10.9.9.9", "64:ff9b::192.168.0.1"),
    ("fd00::/8", "fd12::1", "fc12::1"), ("::1/128", "::1", "::"),
    ("fd00:ec2::254", "fd00:ec2::254", "fd00:ec2::255"), ("0.0.0.0/0", "127.0.0.1", "::1"),
    ("::/0", "::1", "127.0.0.1"),
  ])
  func aNetworkThatIsAllowedPasses(_ text: String, _ inside: String, _ outside: String) throws {
    let rule = AddressRule(allowed: [try AddressNetwork(text)], isOnlyAllowed: true)
    #expect(rule.refusal(of: try #require(NetworkAddress(inside))) == nil)
    #expect(rule.refusal(of: try #require(NetworkAddress(outside))) != nil)
  }

  @Test func whyAnAddressIsRefusedIsSaid() throws {
    func words(_ text: String) throws -> String? {
      AddressRule().refusal(of: try #require(NetworkAddress(text)))
    }
    #expect(try words("10.1.2.3") == "is private (10.0.0.0/8)")
    #expect(
      try words("64:ff9b::10.1.2.3") == "leads to 10.1.2.3, which is private (10.0.0.0/8)")
    #expect(try words("::1") == "is loopback (::1/128)")
  }

  @Test(arguments: [
    ("10.0.0.0/8", "10.0.0.0/8"), ("192.0.2.1", "192.0.2.1/32"), ("FD00::/8", "fd00::/8"),
    ("2001:db8::1", "2001:db8::1/128"), ("0.0.0.0/0", "0.0.0.0/0"), ("::/0", "::/0"),
    ("::ffff:10.0.0.0/8", "10.0.0.0/8"),
  ])
  func aNetworkIsReadAndWritten(_ text: String, _ written: String) throws {
    #expect("\(try AddressNetwork(text))" == written)
  }

  @Test(arguments: [
    ("", "nothing is no IP address"), ("10.0.0/8", "10.0.0 is no IP address"),
    ("example.net", "example.net is no IP address"), ("10.0.0.0/33", "0 to 32, and not 33"),
    ("10.0.0.0/", "0 to 32, and not"), ("10.0.0.0/-1", "and not -1"),
    ("10.0.0.0/+8", "and not +8"), ("fd00::/129", "0 to 128, and not 129"),
    ("10.0.0.1/8", "is it 10.0.0.0/8?"), ("fd00::1/8", "is it fd00::/8?"),
    ("10.0.0.0/8/8", "and not 8/8"), ("[::1]", "no IP address"), (" 10.0.0.0/8", "no IP address"),
    ("fe80::1%eth0", "no IP address"), ("010.0.0.1", "no IP address"),
  ])
  func whatIsWrongWithANetworkIsSaid(_ text: String, _ words: String) throws {
    let fault = #expect(throws: AddressNetwork.Fault.self) { try AddressNetwork(text) }
    #expect(fault?.description.contains(words) == true, "\(fault as Any)")
  }
}
