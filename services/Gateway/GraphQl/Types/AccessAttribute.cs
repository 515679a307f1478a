using GraphQL;
using GraphQL.Types;
using SmartQueue.Hosting.Auth;

namespace SmartQueue.Gateway.GraphQl.Types;

/// <summary>
/// Who may ask for a field: a policy's name, or <see cref="Anyone"/> where the service behind decides by ownership. Every field that is
/// resolved by a call has one; a schema with one that has not does not start.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class AccessAttribute(string rule) : GraphQLAttribute
{
    public const string Anyone = "anyone";

    private const string Key = "access";

    public string Rule { get; } = rule;

    /// <summary>The rule of a field; <c>null</c> where none was declared.</summary>
    public static string? Of(IFieldType? field) => field?.GetMetadata<string>(Key);

    /// <summary>Whether a role satisfies a rule.</summary>
    public static bool Allows(string rule, string? role) =>
        rule switch
        {
            Anyone => true,
            Policies.SignedIn => role is not null,
            Policies.Operator => role is Roles.Operator or Roles.Admin,
            Policies.Admin => role is Roles.Admin,
            _ => false,
        };

    public override void Modify(FieldType fieldType, bool isInputType) => fieldType.WithMetadata(Key, Rule);
}
