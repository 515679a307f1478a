using System.Globalization;

namespace SmartQueue.Tickets.Domain;

/// <summary>A number that somebody holds.</summary>
/// <param name="Prefix">The letters before it.</param>
/// <param name="Value">The n of <c>PREFIX-n</c>.</param>
/// <param name="ServiceDay">The day it was issued on.</param>
internal sealed record PlaceNumber(string Prefix, int Value, DateOnly ServiceDay)
{
    /// <summary>As it is printed.</summary>
    public string Text => string.Create(CultureInfo.InvariantCulture, $"{Prefix}-{Value}");
}
