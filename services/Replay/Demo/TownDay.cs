using System.Globalization;
using SmartQueue.Replay.Simulate;

namespace SmartQueue.Replay.Demo;

/// <summary>Makes up days: who comes when, and how the counters are staffed. The same for the same seed.</summary>
internal sealed class TownDay(SplitMix random, TimeZoneInfo zone, IReadOnlyList<TownErrand> errands)
{
    /// <summary>The first hour of a day, on the clock of the wall.</summary>
    public const int Opens = 8;

    /// <summary>From when on nobody is let in.</summary>
    public const int Closes = 18;

    private const double Breadth = 0.55;
    private const double MeanPatience = 55 * 60;

    // How many come in each hour from opening on, in proportion.
    private static readonly double[] Shape = [0.9, 1.4, 1.5, 1.2, 0.8, 0.7, 1.0, 1.2, 1.0, 0.4];

    private static readonly string[] Names =
    [
        "Mia",
        "Noah",
        "Lena",
        "Omar",
        "Sofia",
        "Jonas",
        "Amira",
        "Paul",
        "Ines",
        "Karim",
        "Elif",
        "Lucas",
        "Marta",
        "Yusuf",
        "Nina",
        "Tom",
        "Layla",
        "Hugo",
        "Rosa",
        "Emil",
    ];

    private static readonly string[] Languages = ["en", "en", "en", "es", "de", "ar"];
    private int people;

    /// <summary>A time of a day on the clock of the wall.</summary>
    public DateTimeOffset At(DateOnly day, double hour) =>
        new(TimeZoneInfo.ConvertTimeToUtc(day.ToDateTime(TimeOnly.MinValue).AddSeconds(Math.Round(hour * 3600)), zone), TimeSpan.Zero);

    /// <summary>The day of an instant on the clock of the wall.</summary>
    public DateOnly DayOf(DateTimeOffset at) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, zone).DateTime);

    /// <summary>Evenly between two lengths.</summary>
    public TimeSpan Between(double seconds, double most) => TimeSpan.FromSeconds(seconds + random.Even() * (most - seconds));

    /// <summary>One of some.</summary>
    public T OneOf<T>(IReadOnlyList<T> some) => some[(int)(random.Even() * some.Count)];

    /// <summary>Those who come on a day.</summary>
    public IEnumerable<(DateTimeOffset At, TownVisit Visit)> Visits(DateOnly day)
    {
        var usual = day.DayOfWeek switch
        {
            DayOfWeek.Saturday or DayOfWeek.Sunday => 38,
            DayOfWeek.Monday => 85,
            DayOfWeek.Friday => 68,
            _ => 75,
        };
        var count = (int)(usual * (0.85 + 0.3 * random.Even()));
        for (var i = 0; i < count; i++)
        {
            var hour = Opens + random.Pick(Shape) + random.Even();
            yield return (At(day, Math.Min(hour, Closes - 0.1)), Visitor());
        }
    }

    /// <summary>Somebody with an errand.</summary>
    public TownVisit Visitor()
    {
        var errand = Errand();
        var number = people++;
        var name = OneOf(Names) + " Demo";
        var chance = random.Even();
        var comes = random.Even() > 0.06;
        return new TownVisit
        {
            Errand = errand,
            Name = random.Even() < 0.45 ? name : null,
            // Numbers that are kept for films, and a domain that there is never one of.
            Phone = chance < 0.1 ? string.Create(CultureInfo.InvariantCulture, $"+447700900{number % 1000:000}") : null,
            Email = chance > 0.9 ? string.Create(CultureInfo.InvariantCulture, $"person{number}@demo.invalid") : null,
            Language = OneOf(Languages),
            Priority = chance is > 0.5 and < 0.54 ? 1 : 0,
            Notes = chance is > 0.5 and < 0.54 ? OneOf((string[])["Comes with a pram", "Walking stick", "Needs an interpreter"]) : null,
            Source = random.Even() < 0.5 ? "kiosk" : "web",
            Service = TimeSpan.FromSeconds(Math.Clamp(random.LogNormal(errand.Minutes * 60, Breadth), 40, 3600)),
            Patience = TimeSpan.FromSeconds(random.Exponential(MeanPatience) + 300),
            Comes = comes,
            ComesBack = !comes && random.Even() < 0.35,
            Onward = random.Even() < 0.04 ? OneOf([.. errands.Where(e => e != errand)]) : null,
            Away = random.Even() < 0.03 ? Between(500, 1500) : null,
        };
    }

    /// <summary>Plans the day of the counters.</summary>
    /// <returns>Those that are staffed, and when each opens.</returns>
    public IReadOnlyList<(TownDesk Desk, DateTimeOffset Opens)> Rota(DateOnly day, IReadOnlyList<TownDesk> desks)
    {
        var weekend = day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;
        // The others serve all errands without one of these.
        var ill = !weekend && random.Even() < 0.25 ? OneOf((string[])["2", "4", "5"]) : null;
        var rota = new List<(TownDesk, DateTimeOffset)>();
        foreach (var desk in desks.Where(d => d.Person is not null && d.Name != ill && !(weekend && d.Name is ("2" or "4"))))
        {
            var turn = int.Parse(desk.Name, CultureInfo.InvariantCulture);
            desk.Closes = At(day, desk.Name == "4" ? 13 : Closes);
            desk.Breaks.Clear();
            desk.Breaks.Enqueue(new TownBreak(At(day, 9.9 + turn * 0.2), Between(480, 900), "Coffee"));
            desk.Breaks.Enqueue(new TownBreak(At(day, 11.6 + turn * 0.4), Between(1500, 2400), "Lunch"));
            if (turn is 1 or 3)
                desk.Breaks.Enqueue(new TownBreak(At(day, 15 + turn * 0.1), Between(480, 780), OneOf((string[])["Coffee", "Back office"])));
            rota.Add((desk, At(day, Opens) + Between(-240, 420)));
        }

        return rota;
    }

    private TownErrand Errand() => errands[random.Pick([.. errands.Select(e => e.Share)])];
}
