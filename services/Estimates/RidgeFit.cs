namespace SmartQueue.Estimates;

/// <summary>
/// A ridge regression of the logarithm of the wait on standardised features: queue-length and delay features combined by a regularised fit,
/// after Ang, Kwasnick, Bayati, Plambeck and Aratow, "Accurate Emergency Department Wait Time Prediction", M&amp;SOM 18 (2016).
/// </summary>
internal sealed class RidgeFit
{
    // A feature far from all that was learned must not carry the estimate away.
    private const double Furthest = 4;

    private readonly double[] means;
    private readonly double[] deviations;
    private readonly double[] weights;
    private readonly double middle;

    /// <summary>Fits.</summary>
    /// <param name="lessons">What is known, and what came of it.</param>
    /// <param name="logs">The logarithms to be fitted, one a lesson.</param>
    /// <param name="penalty">How far weights are drawn to nothing, a lesson.</param>
    public RidgeFit(IReadOnlyList<float[]> lessons, IReadOnlyList<double> logs, double penalty)
    {
        var count = lessons[0].Length;
        means = new double[count];
        deviations = new double[count];
        for (var f = 0; f < count; f++)
        {
            double sum = 0,
                squares = 0;
            foreach (var lesson in lessons)
            {
                sum += lesson[f];
                squares += (double)lesson[f] * lesson[f];
            }

            means[f] = sum / lessons.Count;
            deviations[f] = Math.Sqrt(Math.Max(0, squares / lessons.Count - means[f] * means[f])) + 1e-6;
        }

        middle = logs.Average();
        var products = new double[count, count];
        weights = new double[count];
        var row = new double[count];
        for (var l = 0; l < logs.Count; l++)
        {
            var off = logs[l] - middle;
            for (var f = 0; f < count; f++)
                row[f] = Standard(lessons[l], f);
            for (var f = 0; f < count; f++)
            {
                weights[f] += row[f] * off;
                for (var g = 0; g <= f; g++)
                    products[f, g] += row[f] * row[g];
            }
        }

        for (var f = 0; f < count; f++)
            products[f, f] += penalty * lessons.Count + 1e-9;
        Solve(products, weights);
    }

    /// <summary>The logarithm, as fitted for these features.</summary>
    public double At(ReadOnlySpan<float> features)
    {
        var sum = middle;
        for (var f = 0; f < weights.Length; f++)
            sum += weights[f] * Standard(features, f);
        return sum;
    }

    private double Standard(ReadOnlySpan<float> features, int f) =>
        Math.Clamp((features[f] - means[f]) / deviations[f], -Furthest, Furthest);

    // Cholesky's way, in place: the matrix is symmetric, and the penalty makes it positive definite.
    private static void Solve(double[,] a, double[] b)
    {
        var n = b.Length;
        for (var j = 0; j < n; j++)
        {
            for (var i = j; i < n; i++)
            {
                var s = a[i, j];
                for (var k = 0; k < j; k++)
                    s -= a[i, k] * a[j, k];
                a[i, j] = i == j ? Math.Sqrt(s) : s / a[j, j];
            }
        }

        for (var i = 0; i < n; i++)
        {
            for (var k = 0; k < i; k++)
                b[i] -= a[i, k] * b[k];
            b[i] /= a[i, i];
        }

        for (var i = n - 1; i >= 0; i--)
        {
            for (var k = i + 1; k < n; k++)
                b[i] -= a[k, i] * b[k];
            b[i] /= a[i, i];
        }
    }
}
