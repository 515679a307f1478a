using SmartQueue.Hosting.Settings;

namespace SmartQueue.Gateway.GraphQl.Execution;

/// <summary>Which parts of GraphQL are there for developers; queries work with both off.</summary>
/// <param name="Introspection">Whether the schema may be asked for; it says no more than <c>/docs</c>.</param>
/// <param name="Debug">Whether the explorer page is there outside Development.</param>
internal sealed record GraphQlOptions(bool Introspection, bool Debug)
{
    public static GraphQlOptions From(SettingsReader settings) =>
        new(settings.Flag("GRAPHQL_INTROSPECTION", true), settings.Flag("GRAPHQL_DEBUG", false));
}
