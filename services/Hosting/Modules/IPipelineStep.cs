using Microsoft.AspNetCore.Builder;

namespace SmartQueue.Hosting.Modules;

/// <summary>Something a module puts before every endpoint of its process, such as rate limits at the edge. Runs after authentication, so it
/// knows the caller, and before authorization.</summary>
public interface IPipelineStep
{
    /// <summary>Adds the step's middleware to the pipeline; called once at the start.</summary>
    void Use(IApplicationBuilder app);
}
