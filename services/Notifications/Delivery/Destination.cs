using System.Security.Cryptography;
using System.Text;

namespace SmartQueue.Notifications.Delivery;

/// <summary>One place a message goes to.</summary>
/// <param name="Address">Names the address without telling it: the same whatever ticket or account named it.</param>
/// <param name="Party">
/// Who takes messages for it, where that is of the person's choosing: the domain of an email address, the origin of a push service.
/// <c>null</c> where nobody stands behind the provider.
/// </param>
internal record Destination(string Address, string? Party)
{
    /// <summary>What stands for an address where it is counted or remembered.</summary>
    public static string HashOf(string address) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(address)));
}
