using GraphQL;
using SmartQueue.Gateway.GraphQl.Sources;
using SmartQueue.Gateway.GraphQl.Types;
using SmartQueue.Hosting.Auth;

namespace SmartQueue.Gateway.GraphQl.Schema;

/// <content>What is done to branches.</content>
internal sealed partial class Mutation
{
    /// <summary>Makes a branch; what is left out takes its default.</summary>
    [Access(Policies.Admin)]
    public static Task<Branch> CreateBranch(
        IResolveFieldContext field,
        [FromServices] Backend services,
        string name,
        string? slug,
        string? address,
        string? timeZone,
        IEnumerable<OpeningHoursInput>? openingHours,
        IEnumerable<ClosureInput>? closures,
        IEnumerable<string>? languages
    ) => services.Branches.CreateAsync(services.Caller, Given(field), services.KeyOf(field), field.CancellationToken);

    /// <summary>Changes some of a branch: what is absent stays. Its queues get its time zone, hours and closures where they have none of
    /// their own.</summary>
    [Access(Policies.Admin)]
    public static Task<Branch> UpdateBranch(
        IResolveFieldContext field,
        [FromServices] Backend services,
        [Id] string id,
        string? name,
        string? slug,
        string? address,
        string? timeZone,
        IEnumerable<OpeningHoursInput>? openingHours,
        IEnumerable<ClosureInput>? closures,
        IEnumerable<string>? languages
    ) => services.Branches.UpdateAsync(services.Caller, id, Given(field), field.CancellationToken);

    /// <summary>Deletes a branch that has no queues; main stays for ever.</summary>
    [Access(Policies.Admin)]
    public static async Task<bool> DeleteBranch(IResolveFieldContext field, [FromServices] Backend services, [Id] string id)
    {
        await services.Branches.DeleteAsync(services.Caller, id, field.CancellationToken);
        return true;
    }
}
