import CLibCurl

/// The version of libcurl at run time.
func libcurlVersion() -> String { String(cString: curl_version()) }
