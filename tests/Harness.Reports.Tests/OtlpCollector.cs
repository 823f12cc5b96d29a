using System.Buffers.Binary;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Harness.Reports.Tests;

/// <summary>A collector on loopback that keeps the first thing it is sent: over HTTP/1.1, or over gRPC, which is HTTP/2 with a status at the end.</summary>
internal sealed class OtlpCollector : IAsyncDisposable
{
    private const int FrameBytes = 5;    // of gRPC: one byte for compression, four for the length

    private readonly TaskCompletionSource<OtlpRequest> received = new();
    private readonly WebApplication application;
    private readonly bool grpc;
    private readonly int status;

    private OtlpCollector(bool grpc, int status)
    {
        (this.grpc, this.status) = (grpc, status);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(
            IPAddress.Loopback, 0, listener => listener.Protocols = grpc ? HttpProtocols.Http2 : HttpProtocols.Http1));
        application = builder.Build();
        application.Run(AnswerAsync);
    }

    public string Url => application.Urls.Single();

    public Task<OtlpRequest> Received => received.Task.WaitAsync(TimeSpan.FromMinutes(1));

    /// <param name="grpc">True to speak gRPC alone.</param>
    /// <param name="status">The answer: of HTTP, or of gRPC, where 0 is well.</param>
    public static async Task<OtlpCollector> StartAsync(bool grpc, int status)
    {
        OtlpCollector collector = new(grpc, status);
        await collector.application.StartAsync();
        return collector;
    }

    public ValueTask DisposeAsync() => application.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using MemoryStream body = new();
        await context.Request.Body.CopyToAsync(body);
        byte[] message = body.ToArray();
        if (grpc)
        {
            if (BinaryPrimitives.ReadUInt32BigEndian(message.AsSpan(1)) != message.Length - FrameBytes)
                throw new InvalidDataException("no gRPC frame");
            message = message[FrameBytes..];
            context.Response.ContentType = "application/grpc";
            await context.Response.Body.WriteAsync(new byte[FrameBytes]);
            context.Response.AppendTrailer("grpc-status", status.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
        else
        {
            context.Response.StatusCode = status;
        }
        received.TrySetResult(new OtlpRequest(context.Request.Path, context.Request.ContentType, message));
    }
}

/// <summary>What a collector was sent.</summary>
internal sealed record OtlpRequest(string Path, string? Type, byte[] Message);
