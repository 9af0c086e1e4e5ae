import Hummingbird
import Mustache

func skeleton() -> String { (try? MustacheTemplate(string: "x").render("")) ?? "" }
