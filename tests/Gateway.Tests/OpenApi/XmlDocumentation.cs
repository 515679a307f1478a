using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace SmartQueue.Gateway.Tests.OpenApi;

/// <summary>
/// What the source says of handlers and wire types in its documentation comments, from the files the compiler writes beside the assemblies.
/// The generator that comes with the framework sees the assembly alone that it runs in, and the services are others.
/// </summary>
internal sealed partial class XmlDocumentation
{
    private readonly ConcurrentDictionary<Assembly, IReadOnlyDictionary<string, XElement>> members = new();

    /// <summary>What a handler does; <c>null</c> where nothing is said. Handlers have no overloads.</summary>
    public string? Of(MethodInfo handler) => Text(MemberOf(handler)?.Element("summary"));

    /// <summary>What a parameter of a handler is.</summary>
    public string? OfParameter(MethodInfo handler, string name) => Text(Parameter(MemberOf(handler), name));

    /// <summary>What a type is.</summary>
    public string? Of(Type type) => Text(MemberOf(type)?.Element("summary"));

    /// <summary>What a property is, said at the property or, of a record, at its parameter.</summary>
    public string? Of(PropertyInfo property)
    {
        var type = Definition(property.DeclaringType!);
        return Text(Find(type.Assembly, $"P:{NameOf(type)}.{property.Name}")?.Element("summary"))
            ?? Text(Parameter(MemberOf(type), property.Name));
    }

    private static XElement? Parameter(XElement? member, string name) =>
        member?.Elements("param").FirstOrDefault(p => (string?)p.Attribute("name") == name);

    private static Type Definition(Type type) => type.IsGenericType ? type.GetGenericTypeDefinition() : type;

    private static string NameOf(Type type) => type.FullName!.Replace('+', '.');

    private static string? Text(XElement? element)
    {
        if (element is null)
            return null;
        var text = Spaces().Replace(string.Concat(element.Nodes().Select(Markdown)), " ").Trim();
        return text.Length == 0 ? null : text;
    }

    private static string Markdown(XNode node) =>
        node switch
        {
            XText text => text.Value,
            XElement { Name.LocalName: "see" or "paramref" } reference => "`" + NamedBy(reference) + "`",
            XElement { Name.LocalName: "c" } code => "`" + code.Value + "`",
            XElement other => string.Concat(other.Nodes().Select(Markdown)),
            _ => "",
        };

    // As the reader of the document knows it: a member of the body, not of a class.
    private static string NamedBy(XElement reference)
    {
        if ((string?)(reference.Attribute("langword") ?? reference.Attribute("name")) is { } word)
            return word;
        var name = (string?)reference.Attribute("cref") ?? "";
        var last = name.Split('(')[0].Split('.', ':')[^1];
        return name.StartsWith("P:", StringComparison.Ordinal) ? JsonNamingPolicy.CamelCase.ConvertName(last) : last;
    }

    private XElement? MemberOf(Type type) => Find(Definition(type).Assembly, "T:" + NameOf(Definition(type)));

    private XElement? MemberOf(MethodInfo method) =>
        Find(method.DeclaringType!.Assembly, $"M:{NameOf(method.DeclaringType)}.{method.Name}");

    private XElement? Find(Assembly assembly, string name) => members.GetOrAdd(assembly, Read).GetValueOrDefault(name);

    private static IReadOnlyDictionary<string, XElement> Read(Assembly assembly)
    {
        var file = Path.Combine(AppContext.BaseDirectory, assembly.GetName().Name + ".xml");
        return File.Exists(file)
            ? XDocument
                .Load(file)
                .Descendants("member")
                .GroupBy(m => ((string)m.Attribute("name")!).Split('(')[0])
                .ToDictionary(g => g.Key, g => g.First())
            : new Dictionary<string, XElement>();
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
