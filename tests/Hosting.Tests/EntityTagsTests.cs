using Microsoft.AspNetCore.Http;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Http;

namespace SmartQueue.Hosting.Tests;

public sealed class EntityTagsTests
{
    [Fact]
    public void A_tag_is_weak_and_made_of_the_version()
    {
        var http = new DefaultHttpContext();
        http.Response.SetEntityTag(12);
        Assert.Equal("W/\"12\"", http.Response.Headers.ETag);
    }

    [Theory]
    [InlineData(null, 3, true)]
    [InlineData("*", 3, true)]
    [InlineData("W/\"3\"", 3, true)]
    [InlineData("\"3\"", 3, true)]
    [InlineData("\"1\", W/\"3\"", 3, true)]
    [InlineData("W/\"2\"", 3, false)]
    [InlineData("\"\"", 3, false)]
    [InlineData("\"-3\"", 3, false)]
    [InlineData("\"three\"", 3, false)]
    [InlineData("3", 3, false)]
    [InlineData("\"", 3, false)]
    [InlineData("\"99999999999999999999\"", 3, false)]
    public void If_match_allows_the_versions_it_names(string? header, long version, bool allowed)
    {
        var http = new DefaultHttpContext();
        if (header is not null)
            http.Request.Headers.IfMatch = header;
        var expected = http.Request.ExpectedVersions();

        if (allowed)
            expected.Require(version);
        else
            Assert.Equal(412, ErrorCodes.StatusOf(Assert.Throws<RefusedException>(() => expected.Require(version)).Code));
    }
}
